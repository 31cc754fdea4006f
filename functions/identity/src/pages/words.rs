//! Every word that the pages say, in English. Templates and script have none of their own, so a translation is another
//! [`Words`].

mod security;
use security::Security;

/// The words of the pages.
pub(super) struct Words {
    pub(super) language: &'static str,
    pub(super) no_script: &'static str,
    pub(super) nothing: Note,
    pub(super) link: &'static str,
    pub(super) open_link: &'static str,
    pub(super) no_link: &'static str,
    pub(super) missing: Note,
    pub(super) failed: &'static str,
    pub(super) try_again: &'static str,
    pub(super) wait: &'static str,
    pub(super) email: &'static str,
    pub(super) password: &'static str,
    pub(super) password_hint: &'static str,
    pub(super) show_password: &'static str,
    pub(super) invitation: Invitation,
    pub(super) verification: Verification,
    pub(super) reset: Reset,
    pub(super) ownership: Ownership,
    pub(super) security: Security,
    pub(super) address: Address,
    /// What to say of each of the API's codes, and of two of our own: `UNREACHABLE` and `UNEXPECTED`.
    pub(super) problems: &'static [(&'static str, &'static str)],
    /// The same for what is wrong with one field.
    pub(super) mistakes: &'static [(&'static str, &'static str)],
}

/// A heading and what it is about.
pub(super) struct Note {
    pub(super) heading: &'static str,
    pub(super) text: &'static str,
}

pub(super) struct Invitation {
    pub(super) title: &'static str,
    pub(super) loading: &'static str,
    /// Between the name of who invites and the account's.
    pub(super) invites: &'static str,
    /// The same for a member who was added, and may leave.
    pub(super) added: &'static str,
    pub(super) email: &'static str,
    pub(super) roles: &'static str,
    pub(super) expires: &'static str,
    pub(super) role_names: &'static [(&'static str, &'static str)],
    pub(super) choose_password: &'static str,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) names_hint: &'static str,
    pub(super) accept: &'static str,
    pub(super) decline: &'static str,
    pub(super) leave: &'static str,
    pub(super) accepted: Note,
    pub(super) declined: Note,
    pub(super) left: Note,
}

pub(super) struct Verification {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) verify: &'static str,
    pub(super) verified: Note,
    /// What a reader presses who did not sign up.
    pub(super) not_me: &'static str,
    pub(super) disown: Note,
    pub(super) new_password: &'static str,
    pub(super) set: &'static str,
    pub(super) disowned: Note,
}

pub(super) struct Ownership {
    pub(super) title: &'static str,
    pub(super) sign_in_lead: &'static str,
    pub(super) sign_in: &'static str,
    /// The heading goes on with the account's name.
    pub(super) offer: Note,
    pub(super) accept: &'static str,
    pub(super) decline: &'static str,
    /// The text goes on with the account's name.
    pub(super) accepted: Note,
    pub(super) declined: Note,
}

/// The page that confirms and undoes a change of the address.
pub(super) struct Address {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) confirm: &'static str,
    pub(super) confirmed: Note,
    pub(super) undo_lead: &'static str,
    pub(super) undo: &'static str,
    pub(super) undone: Note,
}

pub(super) struct Reset {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) new_password: &'static str,
    pub(super) set: &'static str,
    pub(super) done: Note,
    pub(super) ask_lead: &'static str,
    pub(super) ask: &'static str,
    pub(super) asked: Note,
}

pub(super) static ENGLISH: Words = Words {
    language: "en",
    no_script: "This page needs JavaScript, which is switched off or blocked in this browser. Please allow it for this page, \
                or open the link in another browser.",
    nothing: Note {
        heading: "Paste the link",
        text: "This page belongs to a link that was mailed to you, and the part of the link that says what it is about is \
               missing. Please copy the whole link from the mail, and paste it here.",
    },
    link: "The link from the mail",
    open_link: "Open the link",
    no_link: "This is not the whole link. Please copy all of it, up to its last letter.",
    missing: Note {
        heading: "There is no such page",
        text: "If you followed a link that was mailed to you, please copy the whole link from the mail into the address bar.",
    },
    failed: "This did not work",
    try_again: "Try again",
    wait: "One moment…",
    email: "E-mail address",
    password: "Password",
    password_hint: "At least 8 characters. A few words that only you would put together are better than symbols.",
    show_password: "Show the password",
    invitation: Invitation {
        title: "Your invitation",
        loading: "Looking up your invitation…",
        invites: "invites you to join",
        added: "has added you to",
        email: "Your address",
        roles: "Your roles there",
        expires: "Valid until",
        role_names: &[
            ("viewer", "Viewer"),
            ("user", "User"),
            ("manage", "Manager"),
            ("admin", "Administrator"),
        ],
        choose_password: "Choose a password, with which you will sign in from now on.",
        first_name: "First name (optional)",
        last_name: "Last name (optional)",
        names_hint: "Left empty, your name stays as it is in the invitation.",
        accept: "Accept the invitation",
        decline: "Decline",
        leave: "Leave the account",
        accepted: Note {
            heading: "Welcome",
            text: "You have accepted the invitation, and can sign in now. You are a member of",
        },
        declined: Note {
            heading: "Declined",
            text: "You have declined the invitation, and did not become a member. You may close this page.",
        },
        left: Note {
            heading: "You have left",
            text: "You are not a member of the account any more. You may close this page.",
        },
    },
    verification: Verification {
        title: "Verify your address",
        lead: "Confirm that you signed up with this e-mail address: enter the password that you chose then.",
        verify: "Verify the address",
        verified: Note {
            heading: "Your address is verified",
            text: "Thank you. You may close this page.",
        },
        not_me: "This was not me",
        disown: Note {
            heading: "Somebody else signed up with your address",
            text: "Set a password of your own. The other person is signed out everywhere, and their password stops working. You \
                   can sign in then, and close the account if you do not want it.",
        },
        new_password: "New password",
        set: "Set the password",
        disowned: Note {
            heading: "The address is yours alone",
            text: "Nobody but you can sign in with it now. Your address is verified, and your password is set.",
        },
    },
    ownership: Ownership {
        title: "Ownership of an account",
        sign_in_lead: "You are offered the ownership of an account. Sign in to see which, and to answer.",
        sign_in: "Sign in",
        offer: Note {
            heading: "You are offered the account",
            text: "Its owner has every right in it, and is the only one who can delete it. The present owner stays a member.",
        },
        accept: "Become the owner",
        decline: "Decline",
        accepted: Note {
            heading: "You are the owner",
            text: "You own the account now:",
        },
        declined: Note {
            heading: "Declined",
            text: "You have declined the offer. Nothing has changed, and you may close this page.",
        },
    },
    address: Address {
        title: "Your e-mail address",
        lead: "Confirm that this is your new e-mail address: enter your password.",
        confirm: "Confirm the address",
        confirmed: Note {
            heading: "Your address is changed",
            text: "You sign in with the new address from now on. You may close this page.",
        },
        undo_lead: "Undo the change of your e-mail address. Your password stops working, every device is signed out, and a link to \
                    set a new password is mailed to this address.",
        undo: "Undo the change",
        undone: Note {
            heading: "The change is undone",
            text: "Look into your mailbox: a link to set a new password is on its way to it.",
        },
    },
    reset: Reset {
        title: "Set a new password",
        lead: "Every device that is signed in now will be signed out.",
        new_password: "New password",
        set: "Set the new password",
        done: Note {
            heading: "Your password is changed",
            text: "You can sign in with it now, and have to on every device.",
        },
        ask_lead: "Tell us your e-mail address, and we mail you a link to set a new password.",
        ask: "Mail me a link",
        asked: Note {
            heading: "Look into your mailbox",
            text: "If somebody has signed up with this address, a link is on its way to it. It may take a few minutes.",
        },
    },
    security: security::ENGLISH,
    problems: &[
        (
            "INVALID_CREDENTIALS",
            "The address or the password is not right. Please try again.",
        ),
        (
            "UNAUTHENTICATED",
            "You are not signed in any more. Please open the link in the mail once more.",
        ),
        (
            "UNAUTHORIZED",
            "You are no member of this account, or not with the address that you signed in with.",
        ),
        ("INVALID_FACTOR", "This is not right, or was used before."),
        (
            "FACTOR_ALREADY_EXISTS",
            "There is an authenticator app already. Remove it first.",
        ),
        (
            "FACTOR_LIMIT",
            "There are ten passkeys already. Remove one first.",
        ),
        (
            "PASSKEY_ALREADY_REGISTERED",
            "This passkey is registered already.",
        ),
        (
            "PASSKEY_NOT_USED",
            "No passkey was used. Try again, or choose another way.",
        ),
        (
            "PASSKEYS_ELSEWHERE",
            "Passkeys do not work at this address of the page.",
        ),
        ("USER_SUSPENDED", "You are suspended, and cannot sign in."),
        ("NOT_FOUND", "There is nothing like that any more."),
        (
            "EMAIL_NOT_VERIFIED",
            "Please verify your e-mail address first.",
        ),
        (
            "USER_SUSPENDED",
            "You are suspended, and cannot sign in. Please ask those who run this service.",
        ),
        ("ACCOUNT_NOT_FOUND", "There is no such account any more."),
        (
            "TRANSFER_NOT_FOUND",
            "There is no such offer. It was withdrawn or answered, or somebody else got it.",
        ),
        (
            "TRANSFER_EXPIRED",
            "This offer is too old. Please ask the account's owner to make it again.",
        ),
        (
            "ACCOUNT_LIMIT",
            "You own as many accounts as one person may. Delete one of them, or hand it over.",
        ),
        (
            "VALIDATION_FAILED",
            "Something that you entered cannot be taken. Please look at it again.",
        ),
        (
            "INVALID_TOKEN",
            "This link does not work. It was used already, or a newer mail has taken its place, or it was not copied whole.",
        ),
        (
            "TOKEN_EXPIRED",
            "This link is too old. Please ask for a new one.",
        ),
        (
            "ACCOUNT_SUSPENDED",
            "This account is suspended at the moment, so nobody can join it. Please ask whoever has invited you, or try again \
             later.",
        ),
        (
            "INVITATION_NOT_FOUND",
            "There is no such invitation. It was withdrawn or declined, or a newer mail has taken its place, or the link was \
             not copied whole.",
        ),
        (
            "INVITATION_NOT_PENDING",
            "This invitation was accepted already. You can sign in.",
        ),
        (
            "INVITATION_EXPIRED",
            "This invitation is too old. Please ask whoever has invited you to send a new one.",
        ),
        (
            "USER_ALREADY_EXISTS",
            "Somebody else has this address by now, so it cannot become yours.",
        ),
        (
            "CONFLICT",
            "Somebody else changed this at the same moment. Please try again.",
        ),
        (
            "PAYLOAD_TOO_LARGE",
            "What you entered is too long. Please shorten it.",
        ),
        (
            "UNSUPPORTED_MEDIA_TYPE",
            "Something between this page and the service has changed your request. Please try another network or browser.",
        ),
        (
            "IDEMPOTENCY_KEY_REUSED",
            "You have sent this before, with something else in it. Please open the link in the mail once more.",
        ),
        (
            "TOO_MANY_REQUESTS",
            "There were too many attempts. Please wait a few minutes, and try again.",
        ),
        (
            "INTERNAL",
            "Something went wrong on our side. Please try again later.",
        ),
        (
            "UNAVAILABLE",
            "The service is busy. Please try again in a moment.",
        ),
        (
            "UNREACHABLE",
            "The service cannot be reached. Please check your connection, and try again.",
        ),
        (
            "UNEXPECTED",
            "The service gave an answer that this page does not understand. Please try again later.",
        ),
    ],
    mistakes: &[
        ("REQUIRED", "Please fill this in."),
        (
            "PASSWORD_TOO_WEAK",
            "This password is easy to guess: it is one of the most common, has fewer than four different characters, or is made of \
             names and addresses that everybody knows. Please choose another.",
        ),
        ("INVALID_EMAIL", "This is not an e-mail address."),
        ("INVALID_CODE", "A code has six digits."),
    ],
};
