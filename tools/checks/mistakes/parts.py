"""Parts of the template that mistakes are made in."""


def statement(template: dict, role: str, sid: str) -> dict:
    for entry in template["Resources"][role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]:
        if entry["Sid"] == sid:
            return entry
    raise KeyError(f"{role}/{sid}")


def properties(template: dict, name: str) -> dict:
    return template["Resources"][name]["Properties"]


def response(template: dict, kind: str) -> dict:
    return properties(template, "Api")["GatewayResponses"][kind]
