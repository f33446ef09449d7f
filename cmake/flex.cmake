# SPDX-License-Identifier: Apache-2.0
# cmake -DFLEX=... -DINPUT=... -DOUTPUT=... -DHEADER=... -P flex.cmake
# Runs flex and fails if it prints anything at all.
execute_process(
  COMMAND "${FLEX}" "--outfile=${OUTPUT}" "--header-file=${HEADER}" "${INPUT}"
  RESULT_VARIABLE status
  OUTPUT_VARIABLE text
  ERROR_VARIABLE text)
if(NOT status EQUAL 0 OR NOT text STREQUAL "")
  file(REMOVE "${OUTPUT}" "${HEADER}")
  message(FATAL_ERROR "flex (status ${status}) says:\n${text}")
endif()
