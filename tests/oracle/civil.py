#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares months, zones and business days with Python's calendar and zoneinfo.

    RPLC=build/release/cli/rplc tests/oracle/civil.py [COUNT]

Calendars are made at random, too, and counted day by day. Expressions are made with a fixed seed, worked out here from the rules of
docs/language.md by plain searches over seconds and days, and given to `rplc
calc --lines`. Python reads the same zone data with a reader of its own. Prints
a line for each difference and exits with 1 if there is any.
"""
import calendar
from datetime import date, datetime, timedelta, timezone
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
from zoneinfo import ZoneInfo, available_timezones

RPLC = os.environ.get("RPLC", "build/release/cli/rplc")
ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)+$")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FIRST, LAST = datetime.min, datetime.max.replace(microsecond=0)
DAY = 86400
# Days skipped and repeated, half hours, changes at midnight, summer across the
# year's end, negative summer time, weeks of Ramadan, rules past 24:00.
ODD = ["Pacific/Apia", "America/Havana", "Australia/Lord_Howe", "Asia/Gaza",
       "America/St_Johns", "Africa/Casablanca", "Europe/Dublin", "Asia/Tehran",
       "America/Sao_Paulo", "America/Nuuk", "Pacific/Auckland", "Asia/Beirut",
       "Atlantic/Azores", "Africa/Cairo", "Asia/Shanghai", "Etc/GMT-14"]


def seconds(moment):
    """Seconds since 1970 of a datetime without a zone, taken as UTC."""
    return (moment - datetime(1970, 1, 1)) // timedelta(seconds=1)


LOW, HIGH = seconds(FIRST), seconds(LAST)


class Failure(Exception):
    """An error value of the language."""


def offset(zone, second):
    """Seconds east of UTC at an instant."""
    second = min(max(second, LOW + DAY), HIGH - DAY)
    return int((EPOCH + timedelta(seconds=second)).astimezone(zone)
               .utcoffset().total_seconds())


def text_of(second):
    if not LOW <= second <= HIGH:
        raise Failure("out_of_range")
    return (datetime(1970, 1, 1)
            + timedelta(seconds=second)).isoformat() + "Z"


def date_of(zone, second):
    local = second + offset(zone, second)
    if not LOW <= local <= HIGH:
        raise Failure("out_of_range")
    return (datetime(1970, 1, 1) + timedelta(seconds=local)).date()


def first_at(zone, local):
    """The first second at which clocks show `local` or later."""
    at = local - 26 * 3600
    while at + offset(zone, at) < local:
        at += 900
    low, high = at - 900, at
    while high - low > 1:
        middle = (low + high) // 2
        if middle + offset(zone, middle) >= local:
            high = middle
        else:
            low = middle
    return high


def at_clock(zone, local, preferred):
    near = {offset(zone, local + step) for step in range(-93600, 93601, 3600)}
    found = sorted(local - o for o in near if offset(zone, local - o) == o)
    for second in found:
        if offset(zone, second) == preferred:
            return second
    if found:
        return found[0]
    return local - offset(zone, first_at(zone, local) - 1)


def start_of(zone, day):
    return first_at(zone, seconds(datetime.combine(day, datetime.min.time())))


def add_months(day, months, rule):
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:
        raise Failure("out_of_range")
    last = calendar.monthrange(year, month)[1]
    if day.day <= last:
        return date(year, month, day.day)
    if rule == "strict":
        raise Failure("no_such_day")
    end = date(year, month, last)
    return end if rule == "clamp" else end + timedelta(days=1)


def move_clock(zone, second, months, rule):
    ahead = offset(zone, second)
    day = add_months(date_of(zone, second), months, rule)
    midnight = seconds(datetime.combine(day, datetime.min.time()))
    return at_clock(zone, midnight + (second + ahead) % DAY, ahead)


def business_days(count, day):
    while count:
        if day == date.max:
            raise Failure("out_of_range")
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


class Calendar:
    """A calendar at random: its declaration, and which days are worked."""

    def __init__(self, chance, name):
        first = chance.randint(1990, 2030)
        self.first, last = date(first, 1, 1), first + chance.randint(0, 3)
        self.last = date(last, 12, 31)
        weekend = chance.choice([(5, 6), (4, 5), (6,), (), (0, 2, 4)])
        days = [self.first + timedelta(days=i)
                for i in range((self.last - self.first).days + 1)]
        listed = chance.sample(days, 90)
        free = sorted(listed[:60])
        worked = sorted(d for d in listed[60:] if d.weekday() in weekend)
        # one range, of days that nothing else lists
        begin = chance.choice(days[:-12])
        span = [begin + timedelta(days=i) for i in range(10)]
        free = [d for d in free if d not in span]
        worked = [d for d in worked if d not in span]
        self.business = ({d for d in days if d.weekday() not in weekend}
                         - set(free) - set(span)) | set(worked)
        names = ["monday", "tuesday", "wednesday", "thursday", "friday",
                 "saturday", "sunday"]
        parts = [f"calendar {name} covers {first} to {last} weekend "
                 + (", ".join(names[d] for d in weekend) or "none"),
                 "holidays " + ", ".join(map(str, free)),
                 f"holidays {span[0]} to {span[-1]}"]
        if worked:
            parts.append("workdays " + ", ".join(map(str, worked)))
        self.text = "\n".join(parts) + ";\n"

    def add(self, day, count):
        if not self.first <= day <= self.last:
            return None
        while count:
            day += timedelta(days=1)
            if day > self.last:
                return None
            count -= day in self.business
        return day


def calendar_differences(chance, count):
    """Decides dates with five calendars and prints what differs."""
    calendars = [Calendar(chance, f"c{i}") for i in range(5)]
    text = "fact d : date; fact n : integer;\n"
    for i, one in enumerate(calendars):
        text += (one.text + f"output o{i} : date = "
                 f"n business days after d using c{i};\n"
                 f"output b{i} : boolean = d is business day using c{i};\n")
    text = ("edition 1; policy days \"Days\";\n" + text
            + "otherwise denied because \"No.\";\n")
    facts = []
    for i in range(count):
        one = calendars[i % 5]
        day = one.first + timedelta(days=chance.randrange(-5, (
            one.last - one.first).days + 5))
        facts.append((day, chance.choice([0, 1, 2, 5, 30, 300])))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "days.rpl")
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [str(pathlib.Path(RPLC)), "eval", str(path), "--jsonl"],
            input="".join(json.dumps({"d": str(d), "n": n}) + "\n"
                          for d, n in facts),
            capture_output=True, text=True, timeout=300)
    differences = 0
    if len(done.stdout.splitlines()) != len(facts):
        sys.exit(f"calendars: {done.stderr}{text}")
    for (day, n), line in zip(facts, done.stdout.splitlines()):
        outputs = json.loads(line).get("outputs", {})
        for i, one in enumerate(calendars):
            wanted, known = one.add(day, n), one.first <= day <= one.last
            pairs = [(f"o{i}", str(wanted) if wanted else None),
                     (f"b{i}", day in one.business if known else None)]
            for name, value in pairs:
                if outputs.get(name) != value:
                    differences += 1
                    print(f"{day} {n} {name}: expected {value}, found "
                          f"{outputs.get(name)}")
    return differences


def period_text(months):
    sign, months = "-" if months < 0 else "", abs(months)
    years, rest = divmod(months, 12)
    text = (f"{years}y" if years else "") + (f"{rest}mo" if rest else "")
    return sign + (text or "0mo")


class Maker:
    """Makes expressions, each with what it must come to."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        known = sorted(n for n in available_timezones() if ZONE.match(n))
        self.names = [n for n in ODD if n in known] * 4 + known
        self.zones = {}

    def zone(self):
        name = self.random.choice(self.names)
        if name not in self.zones:
            self.zones[name] = ZoneInfo(name)
        return name, self.zones[name]

    def second(self, zone):
        """Any second, more often one at which clocks change."""
        years = self.random.choice([(1880, 2060), (1970, 2037), (2038, 2500),
                                    (2, 9998)])
        at = seconds(datetime(self.random.randint(*years), 1, 1))
        at += self.random.randrange(365 * DAY)
        if self.random.random() < 0.3:
            return at
        low, high = at, at + 200 * DAY
        if offset(zone, low) == offset(zone, high):
            return at
        while high - low > 1:
            middle = (low + high) // 2
            if offset(zone, middle) == offset(zone, low):
                low = middle
            else:
                high = middle
        return high + self.random.choice([-1, 0, 1, -3600, 3600, -1800, 1800,
                                          self.random.randrange(-DAY, DAY)])

    def day(self):
        return date.min + timedelta(days=self.random.randrange(
            (date.max - date.min).days))

    def instant(self):
        name, zone = self.zone()
        at = self.second(zone)
        return f"date of {text_of(at)} in {name}", lambda: str(
            date_of(zone, at))

    def midnight(self):
        name, zone = self.zone()
        day = date_of(zone, self.second(zone))
        return f"start of {day} in {name}", lambda: text_of(
            start_of(zone, day))

    def months(self):
        day = self.day()
        if self.random.random() < 0.5:
            day = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        count = self.random.randint(-60, 60)
        rule = self.random.choice(["clamp", "next", "strict"])
        sign, shown = ("+", count) if count >= 0 else ("-", -count)
        return (f"{day} {sign} {period_text(shown)} {rule}",
                lambda: str(add_months(day, count, rule)))

    def clock(self):
        name, zone = self.zone()
        goal = self.second(zone)
        count = self.random.randint(-20, 20)
        rule = self.random.choice(["clamp", "next", "strict"])
        day = date_of(zone, goal)
        if not 3 < day.year < 9997:
            return self.months()
        back = add_months(day, -count, "clamp")
        at = at_clock(zone, seconds(datetime.combine(back, datetime.min.time()))
                      + (goal + offset(zone, goal)) % DAY, 0)
        sign, shown = ("+", count) if count >= 0 else ("-", -count)
        return (f"{text_of(at)} {sign} {period_text(shown)} {rule} in {name}",
                lambda: text_of(move_clock(zone, at, count, rule)))

    def business(self):
        day, count = self.day(), self.random.randint(0, 400)
        return (f"{count} business days after {day}",
                lambda: str(business_days(count, day)))

    def cases(self, count):
        kinds = [self.instant, self.midnight, self.months, self.clock,
                 self.clock, self.business]
        return [kinds[i % len(kinds)]() for i in range(count)]


def expected(compute):
    try:
        return compute()
    except Failure as failure:
        return f"error {failure}"


def found(line):
    answer = json.loads(line)
    if "error" in answer:
        return f"error {answer['error']['code']}"
    return answer["value"]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    cases = Maker(20260302).cases(count)
    command = [str(pathlib.Path(RPLC)), "calc", "--lines"]
    done = subprocess.run(command, input="".join(e + "\n" for e, _ in cases),
                          capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    if len(lines) != len(cases):
        sys.exit(f"{len(cases)} expressions gave {len(lines)} lines: "
                 + done.stderr)
    differences = 0
    for (expression, compute), line in zip(cases, lines):
        wanted, got = expected(compute), found(line)
        if wanted != got:
            differences += 1
            print(f"{expression}: expected {wanted}, found {got}")
    differences += calendar_differences(random.Random(20260303), 2000)
    print(f"{len(cases)} expressions, {differences} differences")
    return differences > 0


if __name__ == "__main__":
    sys.exit(main())
