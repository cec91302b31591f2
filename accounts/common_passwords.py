"""The words and keyboard walks that the passwords tried first are made of."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = """
abc abcd abcde abcdef access admin administrator adobe adrian alex alexander alexis alice amanda amigos andrea andrew angel
angela angels anna anthony apple arsenal asdf asdfg asdfgh asdfghjkl asdzxc ashley asshole austin baby babygirl bailey banana
barcelona barney baseball basketball batman beautiful bella biteme blink blue bond boston brandon bubbles buster butter
butterfly carlos charlie chase cheese chelsea chocolate chris christian christopher computer cookie cookiemonster cool
corvette cosmopolitan counterstrike cowboy creator dakota dallas daniel danielle dave david demo diamond doctor dolphin
donald dragon eagles edward elephant elizabeth eminem falcon family ferrari fallen final finalfantasy find flower football
forever fred freedom friend friends fuck fucker fuckyou fuckme gandalf get george ginger god golden golf google guitar
hammer hannah hannahmontana harley hate heart heather heaven hello hidden hockey holiday home hottie house hunter ice iloveyou
ilove international in inter is it james jasmine jasper jennifer jessica jesus joanna john jordan joseph joshua justin
justinbieber killer killme king kitty lakers leave leavemealone letme letmein liverpool lock login london loop love lovely
loveme loves lover mad madison maggie manchester united marina marley martin master matrix matthew maverick me mega melissa
mercedes merlin michael michelle mickey microsoft minecraft mobile money monkey monster morgan mother motherfucker
mustang my myspace naruto nascar natasha nathan need new newyork nicole ninja no one onedirection only open orange
paris parol pass passw passwd password passwort losenord lösenord patrick peace peanut pepper phoenix player playstation please
pokemon porsche prince princess private professional project purple qaz qazwsx qazwsxedc qazwsxedcrfv qazwsxedcrfvtgb qweasd
qweasdzxc qwe qwer qwerasdf qwerasdfzxcv qwert qwerty qwertyu qwertyui qwertyuiop ytrewq rabbit rachel ranger rangers red
robert rocket root rosebud ruby samantha samsung scooter secret secure server sexy shadow silver simple skywalker slipknot
smokey snoopy soccer sonnenschein sony sonyericsson sophie spider spiderman star starwars steelers stefan stella steven summer
sunday sunshine super superman supernatural sverige sweden system taylor telechargement temp tennis test tester testing
thomas thunder tiger tigger tinkerbell transformers trust trustno trustnoone tweety unknown user victoria vikings wars we
welcome whatever william willow winner winter wizard word wsx xxx yankees yellow you your zaq zxc zxcasd zxcasdqwe zxcv zxcvb
zxcvbn zxcvbnm edc rfv tgb yhn ujm sommar hej hejsan stockholm
january february march april may june july august september october november december monday friday
spring autumn qwertz azerty xsw cde vfr
"""
# What this service is called and about, which whoever guesses here tries first; docs/security.md lists them.
OURS: Final = ("paypulse", "pulse", "invoice", "receipt", "faktura", "faktur", "kvitto", "hyra", "hyresavi", "gmail")
# Passwords of twelve characters and more that leaked often and that the words do not make up.
_LEAKED: Final = frozenset(
    """
0r968ji9ufj6 111222tianya 123admin321a 5532361cnjqrf ??????@mail.ru arabella24630 avrillavigne combat123654 demon1q2w3e4r
demon1q2w3e4r5t dfg5fhg5vgfh1 doomsayer.2.7mords.v doomsayer.2.7mords.vv edwardcullen ezekiel11991 familiyafamiliya
gettherefast gfhjkmgfhjkm ghbdtnrfrltkf hawkesbury93 heterosexual ichliebedich ihatethisgame inactive1996aug internazionale
jkiuztdftl57 john!20130605at1753 jundian2011xr kartoffelpuffer knackwurst8853 laurel12creek leliane50934 lightpower12345
linkedin2011 lydcc20091314 maprchem56458 marek14michal mega_pizdetz666 michaeljackson migrationschool moderncombat
n8zgt5p0shw= natiichen999 needforspeed neworleans12345 pe#5gz29ptzmse polniypizdec0211 polniypizdec1102 polniypizdec110211
projectsadminx przyjaciolki qwegta13091990 residentevil s8ylpe9jdpvym sdf7asdf6asdg8df sebastian106 seniseviyorum
sojdlg123aljg somanypickles27 startfinding starwarsfan10 stefangreil1983 stratocaster total12scherz vitor1268123
weronika1992 xantria10315 xtseo2011tdx yandi20080527 yemi19900911 yfdbufnjh10305070
""".split()
)
# Two rows of a keyboard taken in turn leave nothing but a walk once the digits are gone.
_WALKS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujm", "abcdefghijklmnopqrstuvwxyz")
_LEET: Final = str.maketrans("013457@$!", "oleastasi")
_MADE_OF: Final = re.compile(
    "(?:" + "|".join(sorted(map(re.escape, (*_WORDS.split(), *OURS)), key=len, reverse=True)) + ")+"
)
_DECORATION: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_LETTERS: Final = re.compile(r"[\W\d_]+")


def is_common(password: str) -> bool:
    """Whether `password` is a leaked one, or nothing but common words, keyboard walks, digits and punctuation (leet spelling too)."""
    lowered = password.casefold()
    if lowered in _LEAKED:
        return True
    letters = _LETTERS.sub("", lowered)
    if len(lowered) >= 20 and len(_LETTERS.findall(lowered)) >= 4:
        # Long, and letters among digits throughout: a generator's (hexadecimal, say), however few its letters are.
        return _is_walk(letters) or _MADE_OF.fullmatch(letters) is not None
    # What stands before and after ("2026!") is decoration; a digit inside stands for a letter.
    core = _DECORATION.sub("", lowered).translate(_LEET)
    return _nothing_else(letters) or _nothing_else(_LETTERS.sub("", core))


def _nothing_else(letters: str) -> bool:
    return len(letters) < 4 or _is_walk(letters) or len(set(letters)) < 4 or _MADE_OF.fullmatch(letters) is not None


def _is_walk(letters: str) -> bool:
    return any(letters in walk or letters in walk[::-1] for walk in _WALKS)
