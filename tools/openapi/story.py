"""One story in which each example of openapi.yaml has its place."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from openapi.stack import PLATFORM

if TYPE_CHECKING:
    from openapi.examples import Runner

JOHN, JANE, NEW = "user@example.com", "newuser@example.com", "new@example.com"
PASSWORD, JANES = "secure_password_123", "nanoseconds of wire"
PAGES = ["Invitation", "Verification", "ChangeEmail", "Ownership", "Reset", "Security"]


def tell(run: "Runner"):
    john, acme = sign_up(run)
    enterprise = accounts(run, john)
    jane, jane_id = members(run, john, acme, enterprise)
    ownership(run, john, jane, jane_id, acme)
    own_invitations(run, john, jane, acme, enterprise)
    trail(run, john, acme)
    leaving(run, john, jane_id, acme, enterprise)
    john = sessions(run, john)
    john = addresses(run, john)
    factors(run, john)
    platform(run, jane_id)
    erasure(run)
    discovery(run)


def token(run: "Runner", email: str = JOHN, password: str = PASSWORD) -> str:
    return run.send("signIn", email=email, password=password).body["accessToken"]


def until(seen: Callable[[], bool]):
    """Waits for what follows a change within seconds."""
    for _ in range(200):
        if seen():
            return
        time.sleep(0.05)
    raise AssertionError("the change never arrived")


def sign_up(run: "Runner") -> tuple[str, int]:
    account = run.send("signUp").body["accountId"]
    first = run.stack.mailed_token(JOHN, "verify-email")
    john = token(run)
    run.send("resendVerification", by=john)
    mailed = run.stack.mailed_token(JOHN, "verify-email", before=first)
    run.send("verifyEmail", example="password", token=mailed)
    run.send("verifyEmail", example="session", by=john, token=mailed)
    run.send("getProfile", by=john)
    run.send("updateProfile", by=john)
    return john, account


def accounts(run: "Runner", john: str) -> int:
    account = run.send("createAccount", by=john).body["id"]
    run.send("listAccounts", by=john)
    run.send_options("listAccounts", by=john)
    read = run.send("getAccount", by=john, id=account)
    run.send("getAccount", by=john, id="Enterprise Account")
    run.send("updateAccount", by=john, example="suspend", id=account, headers={"If-Match": read.headers["ETag"]})
    run.send("updateAccount", by=john, example="change", id=account)
    return account


def members(run: "Runner", john: str, acme: int, enterprise: int) -> tuple[str, int]:
    jane_id = run.send("inviteMember", by=john, id=acme).body["id"]
    first = run.stack.mailed_token(JANE, "invitation")
    here = {"by": john, "id": acme, "userId": jane_id}
    until(
        lambda: run.stack.send("GET", f"/api/accounts/{acme}/users/{jane_id}", bearer(john)).body["invitation"]["delivery"] == "delivered"
    )
    run.send("getMember", **here)
    run.send("listMembers", by=john, id=acme)
    run.send_options("listMembers", by=john, id=acme)
    run.send("resendInvitation", **here)
    mailed = run.stack.mailed_token(JANE, "invitation", before=first)
    run.send("lookUpInvitation", token=mailed)
    run.send("acceptInvitation", example="newPerson", token=mailed)
    jane = token(run, JANE, JANES)
    run.send("updateMember", example="suspend", **here)
    run.send("updateMember", example="roles", **here)
    run.send("addMember", by=john, id=enterprise, userId=jane_id)
    run.send("removeMember", by=john, id=enterprise, userId=jane_id)
    return jane, jane_id


def ownership(run: "Runner", john: str, jane: str, jane_id: int, acme: int):
    me = run.send("getProfile", by=john).body["id"]
    run.send("offerOwnership", by=john, id=acme, userId=me)
    run.send("offerOwnership", by=john, id=acme, userId=jane_id)
    run.send("withdrawOwnership", by=john, id=acme)
    run.send("offerOwnership", by=john, id=acme, userId=jane_id)
    run.send("declineOwnership", by=jane, id=acme)
    run.send("offerOwnership", by=john, id=acme, userId=jane_id)
    run.send("acceptOwnership", by=jane, id=acme)
    run.send("offerOwnership", by=jane, id=acme, userId=me)
    run.send("acceptOwnership", by=john, id=acme)


def own_invitations(run: "Runner", john: str, jane: str, acme: int, enterprise: int):
    """Jane is invited to another account again and again."""
    before = None

    def invited() -> str:
        nonlocal before
        # By the inviter's own request: the example's names and roles are those of the first account.
        run.send("inviteMember", by=john, id=enterprise)
        before = run.stack.mailed_token(JANE, "invitation", before=before)
        return before

    def removed():
        member = next(one for one in run.send("listMembers", by=john, id=enterprise).body["value"] if one["email"] == JANE)
        run.send("removeMember", by=john, id=enterprise, userId=member["id"])

    before = run.stack.mailed_token(JANE, "invitation")
    run.send("declineInvitation", token=invited())
    run.send("acceptInvitation", example="knownPerson", token=invited())
    removed()
    invited()
    run.send("listOwnInvitations", by=jane)
    run.send_options("listOwnInvitations", by=jane)
    run.send("declineOwnInvitation", by=jane, id=enterprise)
    invited()
    run.send("acceptOwnInvitation", by=jane, id=enterprise)
    removed()


def trail(run: "Runner", john: str, acme: int):
    target = f"/api/accounts/{acme}/events"
    until(lambda: "OwnershipTransferred" in str(run.stack.send("GET", target, bearer(john)).body))
    me = run.send("getProfile", by=john).body["id"]
    run.send("listEvents", by=john, id=acme)
    run.send_options("listEvents", by=john, id=acme, person=f"actor/id eq {me}")
    run.send("accountStats", by=john, id=acme)


def leaving(run: "Runner", john: str, jane_id: int, acme: int, enterprise: int):
    run.send("deleteAccount", by=john, id=acme)
    run.send("restoreAccount", by=john, id=acme)
    run.send("removeMember", by=john, id=acme, userId=jane_id)
    run.send("deleteAccount", by=john, id=enterprise)


def sessions(run: "Runner", john: str) -> str:
    signed_in = run.send("signIn").body
    refreshed = run.send("refreshTokens", refreshToken=signed_in["refreshToken"]).body
    john = refreshed["accessToken"]
    listed = run.send("listSessions", by=john).body["value"]
    run.send_options("listSessions", by=john)
    other = next(one["id"] for one in listed if not one["current"])
    run.send("endSession", by=john, id=other)
    run.send("endOtherSessions", by=john)
    run.send("listSessions", by=john)
    run.send("reauthenticate", by=john, example="password")
    run.send("changePassword", by=john)
    run.send("signOut", refreshToken=refreshed["refreshToken"])
    run.send("forgotPassword")
    run.send("resetPassword", token=run.stack.mailed_token(JOHN, "reset-password"))
    return token(run)


def addresses(run: "Runner", john: str) -> str:
    run.send("changeEmail", by=john)
    mailed = run.stack.mailed_token(NEW, "change-email")
    run.send("confirmEmail", example="password", token=mailed)
    run.send("confirmEmail", example="session", by=john, token=mailed)
    before = run.stack.mailed_token(JOHN, "reset-password")
    run.send("undoEmail", token=run.stack.mailed_token(JOHN, "change-email"))
    run.send("resetPassword", token=run.stack.mailed_token(JOHN, "reset-password", before=before))
    return token(run)


def factors(run: "Runner", john: str):
    enrolled = run.send("beginTotp", by=john).body
    secret = enrolled["secret"]

    def code() -> str:
        run.stack.advance(30)  # a code works once
        return run.stack.code(secret)

    def refused() -> str:
        return run.send("signIn", status=401).body["loginToken"]

    confirmed = run.send("confirmTotp", by=john, enrolmentToken=enrolled["enrolmentToken"], code=code()).body
    run.send("listFactors", by=john)
    recovery = confirmed["recoveryCodes"]
    run.send("completeSignIn", example="code", loginToken=refused(), code=code())
    run.send("completeSignIn", example="recoveryCode", loginToken=refused(), recoveryCode=recovery[0])
    run.send("reauthenticate", by=john, example="code", code=code())
    run.send("reauthenticate", by=john, example="recoveryCode", recoveryCode=recovery[1])
    run.send("replaceRecoveryCodes", by=john)
    run.send("removeTotp", by=john)


def platform(run: "Runner", jane_id: int):
    """A platform administrator with a second factor, and Jane."""
    run.send("signUp", email=PLATFORM, accountName="Platform")
    run.send("verifyEmail", example="password", token=run.stack.mailed_token(PLATFORM, "verify-email"))
    admin = token(run, PLATFORM)
    enrolled = run.send("beginTotp", by=admin).body
    run.send("confirmTotp", by=admin, enrolmentToken=enrolled["enrolmentToken"], code=run.stack.code(enrolled["secret"]))
    run.send_options("findUser", by=admin)
    run.send("getUser", by=admin, id=jane_id)
    run.send("updateUser", by=admin, example="suspend", id=jane_id)
    run.send("updateUser", by=admin, example="reactivate", id=jane_id)
    run.send("endSessionsOfUser", by=admin, id=jane_id)
    run.send("removeFactorsOfUser", by=admin, id=jane_id)
    run.send("eraseUser", by=admin, id=jane_id)


def erasure(run: "Runner"):
    john = token(run)
    for account in run.send("listAccounts", by=john).body["value"]:
        run.send("deleteAccount", by=john, id=account["id"])
    run.send("eraseProfile", by=john)


def discovery(run: "Runner"):
    for name in ["Keys", "Configuration", *(f"{page}Page" for page in PAGES)]:
        run.send(f"get{name}")
        run.send(f"head{name}")
    for name in ["SecurityScript", "PagesScript", "PagesStyle"]:
        run.send(f"get{name}")
    run.send("getRoot", status=404)
    run.send("getOtherPage", status=302, page="invitation/")


def bearer(by: str) -> dict:
    return {"Authorization": f"Bearer {by}"}
