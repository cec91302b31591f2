"""The mails we write to a person about their account, in the language they chose."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import Final

from accounts.google import Cause
from accounts.user import User
from paypulse.core import mail
from paypulse.core.config import config

_log = logging.getLogger(__name__)


class Letter(StrEnum):
    """What a mail is about."""

    SIGN_UP = "sign-up"
    ALREADY_HERE = "already-here"
    RESET = "reset"
    NO_ACCOUNT = "no-account"
    PASSWORD_CHANGED = "password-changed"
    PASSWORD_RESET = "password-reset"
    SECOND_STEP_ON = "second-step-on"
    SECOND_STEP_OFF = "second-step-off"
    NEW_ADDRESS = "new-address"
    ADDRESS_CHANGED = "address-changed"
    RECONNECT = "reconnect"
    GRANT_ENDS_SOON = "grant-ends-soon"
    ERASED = "erased"


_TEXTS: Final[dict[str, dict[Letter, tuple[str, str]]]] = {
    "en": {
        Letter.SIGN_UP: (
            "Finish signing up",
            "Hello,\n\nopen this link within a day to finish signing up:\n\n{site}{path}\n\n"
            "If it was not you, do nothing: no account is made without the link.\n",
        ),
        Letter.ALREADY_HERE: (
            "You have an account already",
            "Hello,\n\nsomebody, perhaps you, tried to sign up with this address. You have an account already: sign in at\n"
            "{site}/accounts/sign-in/\nor choose a new password at\n{site}/accounts/reset/\n",
        ),
        Letter.RESET: (
            "Choose a new password",
            "Hello,\n\nopen this link within an hour to choose a new password. It works once:\n\n{site}{path}\n\n"
            "If it was not you, do nothing: your password stays as it is.\n",
        ),
        Letter.NO_ACCOUNT: (
            "There is no account with this address",
            "Hello,\n\nsomebody, perhaps you, asked for a new password, but no account has this address. Perhaps you signed up "
            "with another one. If it was not you, do nothing.\n",
        ),
        Letter.PASSWORD_CHANGED: (
            "Your password was changed",
            "Hello,\n\nthe password of your account was just changed, and every other device was signed out.\n\n"
            "If it was not you, choose a new one at once:\n{site}/accounts/reset/\n",
        ),
        Letter.PASSWORD_RESET: (
            "Your password was reset",
            "Hello,\n\nthe password of your account was just reset by a link in your mail. Every device was signed out, and so that "
            "nobody keeps a way in, personal tokens, the calendar's address, the webhook and push messages were ended: set up "
            "again what you use.\n\nIf it was not you, choose a new one at once:\n{site}/accounts/reset/\n",
        ),
        Letter.SECOND_STEP_ON: (
            "Signing in asks for a code now",
            "Hello,\n\nthe second step of your account was just turned on: signing in asks for a code of your authenticator app as "
            "well, and every other device was signed out. Keep the recovery codes safe.\n\nIf it was not you, choose a new "
            "password at once:\n{site}/accounts/reset/\n",
        ),
        Letter.SECOND_STEP_OFF: (
            "Signing in no longer asks for a code",
            "Hello,\n\nthe second step of your account was just turned off: the password alone signs in.\n\n"
            "If it was not you, choose a new password at once:\n{site}/accounts/reset/\n",
        ),
        Letter.NEW_ADDRESS: (
            "Confirm your new address",
            "Hello,\n\nopen this link within an hour to use this address for your account:\n\n{site}{path}\n",
        ),
        Letter.ADDRESS_CHANGED: (
            "The address of your account was changed",
            "Hello,\n\nyour account now has another e-mail address, and this one opens it no longer.\n\n"
            "If it was not you, answer this mail at once.\n",
        ),
        Letter.RECONNECT: (
            "Connect {mailbox} again",
            "Hello,\n\nwe can no longer read {mailbox}: {cause}\n\nNothing is lost: connect it again, and fetching goes on from "
            "where it stopped.\n\n{site}/accounts/settings/mailboxes/\n",
        ),
        Letter.GRANT_ENDS_SOON: (
            "The access to {mailbox} ends soon",
            "Hello,\n\nGoogle ends the access to {mailbox} within three days, because this installation's consent screen is in "
            "testing. Renew it with one click:\n\n{site}/accounts/settings/mailboxes/\n",
        ),
        Letter.ERASED: (
            "Your account is erased",
            "Hello,\n\neverything we kept of you is erased. This is what it was:\n\n{receipt}\n\nReceipt {number}\n",
        ),
    },
    "sv": {
        Letter.SIGN_UP: (
            "Slutför registreringen",
            "Hej,\n\nöppna den här länken inom ett dygn för att slutföra registreringen:\n\n{site}{path}\n\n"
            "Om det inte var du behöver du inte göra något: inget konto skapas utan länken.\n",
        ),
        Letter.ALREADY_HERE: (
            "Du har redan ett konto",
            "Hej,\n\nnågon, kanske du, försökte registrera sig med den här adressen. Du har redan ett konto: logga in på\n"
            "{site}/accounts/sign-in/\neller välj ett nytt lösenord på\n{site}/accounts/reset/\n",
        ),
        Letter.RESET: (
            "Välj ett nytt lösenord",
            "Hej,\n\nöppna den här länken inom en timme för att välja ett nytt lösenord. Den fungerar en gång:\n\n{site}{path}\n\n"
            "Om det inte var du behöver du inte göra något: lösenordet är oförändrat.\n",
        ),
        Letter.NO_ACCOUNT: (
            "Det finns inget konto med den här adressen",
            "Hej,\n\nnågon, kanske du, bad om ett nytt lösenord, men inget konto har den här adressen. Kanske registrerade du dig "
            "med en annan. Om det inte var du behöver du inte göra något.\n",
        ),
        Letter.PASSWORD_CHANGED: (
            "Ditt lösenord har ändrats",
            "Hej,\n\nlösenordet till ditt konto ändrades nyss och alla andra enheter loggades ut.\n\n"
            "Om det inte var du: välj ett nytt genast:\n{site}/accounts/reset/\n",
        ),
        Letter.PASSWORD_RESET: (
            "Ditt lösenord har återställts",
            "Hej,\n\nlösenordet till ditt konto återställdes nyss med en länk i din e-post. Alla enheter loggades ut, och för att "
            "ingen ska ha en väg in kvar avslutades personliga nycklar, kalenderns adress, webhooken och pushmeddelanden: lägg "
            "upp det du använder på nytt.\n\nOm det inte var du: välj ett nytt genast:\n{site}/accounts/reset/\n",
        ),
        Letter.SECOND_STEP_ON: (
            "Inloggningen frågar nu efter en kod",
            "Hej,\n\ndet andra steget för ditt konto aktiverades nyss: inloggningen frågar också efter en kod från din "
            "autentiseringsapp, och alla andra enheter loggades ut. Förvara återställningskoderna säkert.\n\nOm det inte var du: "
            "välj ett nytt lösenord genast:\n{site}/accounts/reset/\n",
        ),
        Letter.SECOND_STEP_OFF: (
            "Inloggningen frågar inte längre efter en kod",
            "Hej,\n\ndet andra steget för ditt konto stängdes nyss av: lösenordet räcker för att logga in.\n\n"
            "Om det inte var du: välj ett nytt lösenord genast:\n{site}/accounts/reset/\n",
        ),
        Letter.NEW_ADDRESS: (
            "Bekräfta din nya adress",
            "Hej,\n\nöppna den här länken inom en timme för att använda adressen för ditt konto:\n\n{site}{path}\n",
        ),
        Letter.ADDRESS_CHANGED: (
            "Adressen till ditt konto har ändrats",
            "Hej,\n\nditt konto har nu en annan e-postadress, och den här öppnar det inte längre.\n\n"
            "Om det inte var du: svara genast på det här mejlet.\n",
        ),
        Letter.RECONNECT: (
            "Anslut {mailbox} igen",
            "Hej,\n\nvi kan inte längre läsa {mailbox}: {cause}\n\nInget är förlorat: anslut igen, så fortsätter hämtningen där "
            "den slutade.\n\n{site}/accounts/settings/mailboxes/\n",
        ),
        Letter.GRANT_ENDS_SOON: (
            "Åtkomsten till {mailbox} upphör snart",
            "Hej,\n\nGoogle avslutar åtkomsten till {mailbox} inom tre dagar, eftersom installationens medgivandeskärm är i "
            "testläge. Förnya den med ett klick:\n\n{site}/accounts/settings/mailboxes/\n",
        ),
        Letter.ERASED: (
            "Ditt konto är raderat",
            "Hej,\n\nallt vi hade om dig är raderat. Detta var det:\n\n{receipt}\n\nKvitto {number}\n",
        ),
    },
}

_CAUSES: Final[dict[str, dict[Cause, str]]] = {
    "en": {
        Cause.REVOKED: "the access was withdrawn at Google, or the Google password was changed.",
        Cause.TEST_MODE: "Google ends access after seven days while a consent screen is in testing.",
        Cause.NO_REFRESH_TOKEN: "the access was for an hour only.",
        Cause.SCOPE_WITHDRAWN: "the permission to read mail was taken away.",
        Cause.ACCOUNT_CLOSED: "the Google account is closed, or has no mail any more.",
        Cause.REAUTHENTICATION: "Google asks you to sign in again.",
        Cause.POLICY: "the administrator of the Google account does not allow it.",
    },
    "sv": {
        Cause.REVOKED: "åtkomsten återkallades hos Google, eller så ändrades Google-lösenordet.",
        Cause.TEST_MODE: "Google avslutar åtkomsten efter sju dagar medan en medgivandeskärm är i testläge.",
        Cause.NO_REFRESH_TOKEN: "åtkomsten gällde bara en timme.",
        Cause.SCOPE_WITHDRAWN: "rätten att läsa e-post togs bort.",
        Cause.ACCOUNT_CLOSED: "Google-kontot är stängt, eller har ingen e-post längre.",
        Cause.REAUTHENTICATION: "Google ber dig logga in igen.",
        Cause.POLICY: "administratören för Google-kontot tillåter det inte.",
    },
}


def cause_in_words(cause: Cause, *, language: str) -> str:
    """Why a mailbox has to be connected again, as a sentence for the person."""
    return _CAUSES.get(language, _CAUSES["en"])[cause]


def send(recipient: User, letter: Letter, **details: str) -> None:
    """Mail `letter` to the person in their language.

    An address that SES will never write to is logged and let be, so that what comes next is not held up for ever. Raises
    MailRefusedError for what another try can mend.
    """
    try:
        send_to(recipient.email, letter, language=recipient.language, **details)
    except mail.MailRefusedError as error:
        known = {"letter": str(letter), "user_id": recipient.user_id, "code": error.data["code"]}
        _log.error("a letter was not sent", extra=known)
        if error.retryable:
            raise


def tell(recipient: User, letter: Letter, **details: str) -> None:
    """Mail `letter` about something that is done already: a refusal is logged, and does not make it look undone."""
    try:
        send(recipient, letter, **details)
    except mail.MailRefusedError:
        return


def send_to(address: str, letter: Letter, *, language: str, **details: str) -> None:
    """Mail `letter` to an address that is not a person's yet. Raises MailRefusedError."""
    if "cause" in details:
        details["cause"] = cause_in_words(Cause(details["cause"]), language=language)
    subject, text = _TEXTS.get(language, _TEXTS["en"])[letter]
    mail.send(address, subject=subject.format(**details), text=text.format(site=config().site_url, **details))
