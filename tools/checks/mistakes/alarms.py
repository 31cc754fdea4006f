"""Mistakes for the rules of rules/alarms.py: a rule, and what it must find. Each gets a copy of the template in its long form."""

from checks.mistakes.parts import properties

MISTAKES = {
    "alarms_reach_a_person": {
        "silent": lambda t: properties(t, "MailerErrorsAlarm").pop("AlarmActions"),
        "silent about absence": lambda t: properties(t, "PurgeMissingAlarm").update(TreatMissingData="notBreaching"),
        "ringing for nothing": lambda t: properties(t, "MailerErrorsAlarm").update(TreatMissingData="breaching"),
    },
}
