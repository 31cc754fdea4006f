"""Mistakes for the rules of rules/permissions.py: a rule, and what it must find. Each gets a copy of the template in its long form."""

from checks.mistakes.parts import properties, statement

MISTAKES = {
    "actions_are_exact": {
        "a wildcard action": lambda t: statement(t, "AccountsRole", "ReadTable").update(Action=["dynamodb:*"]),
        "a scan of more than keys": lambda t: statement(t, "PurgeRole", "FindExpired").pop("Condition"),
        "a scan": lambda t: statement(t, "IdentityRole", "ReadTable").update(Action=["dynamodb:Scan"]),
        "everything but": lambda t: statement(t, "MailerRole", "SendMail").update(NotAction="ses:DeleteIdentity"),
    },
    "resources_are_exact": {
        "any resource": lambda t: statement(t, "MailerRole", "ReadLinkSecret").update(Resource="*"),
        "any index": lambda t: statement(t, "AccountsRole", "ReadIndexes").update(Resource={"Fn::Sub": "${Table.Arn}/index/*"}),
        "more behind the exception": lambda t: statement(t, "MailerRole", "Trace").update(Action=["s3:GetObject"]),
    },
    "each_function_has_a_role_of_its_own": {
        "a shared role": lambda t: properties(t, "MembersFunction").update(Role={"Fn::GetAtt": ["AccountsRole", "Arn"]}),
        "a role made by SAM": lambda t: properties(t, "MembersFunction").pop("Role"),
        "a managed policy": lambda t: properties(t, "MailerRole").update(ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    },
    "table_access_is_narrow": {
        "authorizer reads all": lambda t: statement(t, "AuthorizerRole", "ReadPublicKeys").pop("Condition"),
        "purge updates all": lambda t: statement(t, "PurgeRole", "ClearAccounts").pop("Condition"),
        "members write all": lambda t: statement(t, "MembersRole", "WriteMembers").pop("Condition"),
    },
    "secrets_have_their_readers_only": {
        "mailer signs tokens": lambda t: statement(t, "MailerRole", "ReadLinkSecret").update(
            Resource=[{"Ref": "LinkSecret"}, {"Ref": "SigningSecret"}]
        ),
        "configured, not granted": lambda t: properties(t, "MembersFunction")["Environment"]["Variables"].update(
            LINK_SECRET_ID={"Ref": "LinkSecret"}
        ),
        "granted, not configured": lambda t: properties(t, "IdentityFunction")["Environment"]["Variables"].pop("SIGNING_SECRET_ID"),
    },
    "the_mailer_writes_what_is_its_own": {
        "whole memberships": lambda t: statement(t, "MailerRole", "TellDelivery")["Condition"].pop(
            "ForAllValues:StringEquals"
        ),
        "claims of others deleted": lambda t: statement(t, "MailerRole", "DeleteWaitingMails")["Condition"].update(
            {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*"]}}
        ),
        "puts memberships": lambda t: statement(t, "MailerRole", "TellDelivery").update(Action=["dynamodb:PutItem"]),
        "the whole item answered": lambda t: statement(t, "MailerRole", "TellDelivery")["Condition"].pop("StringEqualsIfExists"),
        "no attributes named": lambda t: statement(t, "MailerRole", "TellDelivery")["Condition"].pop("Null"),
        "roles too": lambda t: statement(t, "MailerRole", "TellDelivery")["Condition"]["ForAllValues:StringEquals"].update(
            {"dynamodb:Attributes": ["pk", "sk", "delivery", "roles"]}
        ),
    },
    "mail_is_sent_as_the_sender": {
        "one identity": lambda t: statement(t, "MailerRole", "SendMail")["Resource"].__setitem__(
            0, {"Fn::Sub": "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailFrom}"}
        ),
        "no configuration set": lambda t: statement(t, "MailerRole", "SendMail")["Resource"].pop(),
        "any sender": lambda t: statement(t, "MailerRole", "SendMail").pop("Condition"),
        "raw mail": lambda t: statement(t, "MailerRole", "SendMail").update(Action=["ses:SendEmail", "ses:SendRawEmail"]),
        "another function": lambda t: statement(t, "PurgeRole", "KeepUndelivered").update(Action="ses:SendEmail"),
    },
    "any_partition_will_do": {
        "an ARN of one partition": lambda t: statement(t, "PurgeRole", "KeepUndelivered").update(
            Resource="arn:aws:s3:::bucket/aws/lambda/x"
        ),
        "an address of one partition": lambda t: properties(t, "MailerFunction")["Environment"]["Variables"].update(
            APP_URL={"Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.amazonaws.com/${Stage}"}
        ),
    },
}
