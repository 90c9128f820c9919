"""Kinds of channel that Mimin knows without a connector: how their addresses look and how long a text may be.

A channel of these kinds is watched, or worked by hand (assisted). The limits come from the platforms' own
documents where ``status`` is official, from third parties where it is secondary, and from nobody checkable
where it is memory: warn on those, refuse on official ones only. ``private`` says whether nobody else reads what a
citizen writes there and what they are answered.
"""

from __future__ import annotations

from mimin.platforms.base import Fact, Platform

_DEV_TO = (
    "https://dev.to/dominic_frei_73028ac46c47/social-media-api-posting-limits-in-2026-every-platform-1okf"
)
_ZERNIO = "https://docs.zernio.com/platforms"
_X_COUNTING = "github.com/xdevplatform/docs: fundamentals/counting-characters.mdx"
_MASTODON = "github.com/mastodon/documentation: content/en/user/posting.md"
_THREADS = "https://developers.facebook.com/documentation/threads/overview"
_BLUESKY = "github.com/bluesky-social/atproto: lexicons/app/bsky/feed/post.json"
_TELEGRAM = "https://docs.python-telegram-bot.org/en/v12.7/telegram.constants.html"
_TIKTOK = "https://developers.tiktok.com/doc/content-sharing-guidelines/"
_WHATSAPP_PRIVATE = (
    "https://faq.whatsapp.com/1148840052398648: a chat with a number is read at its two ends; a broadcast channel "
    "takes no messages"
)
_WHATSAPP = "https://docs.360dialog.com/docs/messaging/messaging"

WEBSITE = Platform(
    key="website",
    label="Website",
    facts={
        "private": Fact(False, "memory", "what a website shows is there for everybody"),
        "text_max": Fact(None, "memory", "a website of one's own sets no limit"),
    },
    addresses=("{host}/*",),
    proofs=("{host}/*",),
)

INSTAGRAM = Platform(
    key="instagram",
    label="Instagram",
    facts={
        "private": Fact(False, "memory", "comments stand below a post for whoever sees the post"),
        "text_max": Fact(2200, "secondary", _DEV_TO),
        "hashtags_max": Fact(30, "secondary", _DEV_TO),
        "hashtags_warn": Fact(
            5, "secondary", "https://www.ayrshare.com/docs/es/apis/post/social-networks/instagram"
        ),
        "links_clickable": Fact(False, "secondary", "https://ayrshare.com/integration/instagram"),
        "images_max": Fact(20, "secondary", _DEV_TO),
    },
    addresses=(
        "instagram.com/{handle}",
        "instagram.com/_u/{handle}",
        "instagram.com/stories/{handle}/*",
        "instagr.am/{handle}",
        "ig.me/m/{handle}",
    ),
    proofs=(
        "instagram.com/p/{post}/*",
        "instagram.com/reel/{post}/*",
        "instagram.com/tv/{post}/*",
        "instagram.com/stories/{handle}/*",
        "instagram.com/{handle}/p/{post}/*",
        "instagram.com/{handle}/reel/{post}/*",
    ),
)

FACEBOOK = Platform(
    key="facebook",
    label="Facebook",
    facts={
        "private": Fact(False, "memory", "comments stand below a post for whoever sees the post"),
        "text_max": Fact(63206, "secondary", "https://postproxy.dev/reference/platforms/"),
        "images_max": Fact(10, "secondary", "https://postproxy.dev/reference/platforms/"),
    },
    addresses=(
        "facebook.com/{handle}",
        "facebook.com/profile.php?id={handle}",
        "facebook.com/people/{name}/{handle}",
        "facebook.com/pages/{name}/{handle}",
        "facebook.com/p/{name}-{handle}",
        "facebook.com/pg/{handle}",
        "fb.com/{handle}",
        "fb.me/{handle}",
        "m.me/{handle}",
    ),
    proofs=(
        "facebook.com/share/*",
        "facebook.com/permalink.php?id={handle}",
        "facebook.com/story.php?id={handle}",
        "facebook.com/reel/{post}/*",
        "facebook.com/photo?fbid={post}",
        "facebook.com/photo.php?fbid={post}",
        "facebook.com/watch?v={post}",
        "facebook.com/{handle}/posts/{post}/*",
        "facebook.com/{handle}/videos/{post}/*",
        "facebook.com/{handle}/photos/{post}/*",
        "fb.watch/{post}",
    ),
)

THREADS = Platform(
    key="threads",
    label="Threads",
    facts={
        "private": Fact(False, "memory", "answers stand below a post for whoever sees the post"),
        "text_max": Fact(500, "official", _THREADS),
        "text_counted": Fact("characters; an emoji as its UTF-8 bytes", "official", _THREADS),
        "links_max": Fact(5, "secondary", _DEV_TO),
    },
    addresses=("threads.net/@{handle}", "threads.com/@{handle}"),
    proofs=("threads.net/@{handle}/post/{post}/*", "threads.com/@{handle}/post/{post}/*"),
)

X = Platform(
    key="x",
    label="X (Twitter)",
    facts={
        "private": Fact(False, "memory", "answers to a post of an open account can be read by everybody"),
        "text_max": Fact(280, "official", _X_COUNTING),
        "text_counted": Fact(
            "weighted after NFC: emoji, CJK and most other Unicode 2", "official", _X_COUNTING
        ),
        "url_weight": Fact(23, "official", _X_COUNTING),
        "images_max": Fact(
            4, "official", "github.com/xdevplatform/docs: x-api/media/quickstart/best-practices.mdx"
        ),
    },
    addresses=(
        "x.com/{handle}",
        "x.com/intent/{verb}?screen_name={handle}",
        "twitter.com/{handle}",
        "twitter.com/intent/{verb}?screen_name={handle}",
    ),
    proofs=("x.com/{handle}/status/{post}/*", "twitter.com/{handle}/status/{post}/*"),
)

YOUTUBE = Platform(
    key="youtube",
    label="YouTube",
    facts={
        "private": Fact(False, "memory", "comments stand below a video for whoever sees the video"),
        "text_max": Fact(5000, "secondary", f"{_ZERNIO}/youtube"),
        "title_max": Fact(100, "secondary", f"{_ZERNIO}/youtube"),
        "hashtags_max": Fact(15, "secondary", "github.com/coreyhaines31/marketingskills: platform-limits.md"),
    },
    addresses=(
        "youtube.com/@{handle}/*",
        "youtube.com/channel/{id}/*",
        "studio.youtube.com/channel/{id}/*",
        "youtube.com/c/{custom}/*",
        "youtube.com/user/{user}/*",
        "youtube.com/{custom}",
    ),
    proofs=(
        "youtube.com/watch?v={post}",
        "youtube.com/shorts/{post}",
        "youtube.com/live/{post}",
        "youtube.com/post/{post}",
        "youtu.be/{post}",
    ),
)

TIKTOK = Platform(
    key="tiktok",
    label="TikTok",
    facts={
        "private": Fact(False, "memory", "comments stand below a video for whoever sees the video"),
        "text_max": Fact(2200, "secondary", f"{_ZERNIO}/tiktok"),
        "hashtags_max": Fact(5, "secondary", "github.com/coreyhaines31/marketingskills: platform-limits.md"),
        "images_max": Fact(35, "secondary", f"{_ZERNIO}/tiktok"),
        "watermark_allowed": Fact(False, "official", _TIKTOK),
    },
    addresses=("tiktok.com/@{handle}",),
    proofs=(
        "tiktok.com/@{handle}/video/{post}",
        "tiktok.com/@{handle}/photo/{post}",
        "vt.tiktok.com/{post}",
        "vm.tiktok.com/{post}",
    ),
)

WHATSAPP = Platform(
    key="whatsapp",
    label="WhatsApp",
    facts={
        "private": Fact(True, "official", _WHATSAPP_PRIVATE),
        "text_max": Fact(4096, "secondary", _WHATSAPP),
    },
    addresses=(
        "whatsapp.com/channel/{id}",
        "wa.me/{phone}",
        "api.whatsapp.com/send?phone={phone}",
        "whatsapp.com/send?phone={phone}",
    ),
    proofs=("whatsapp.com/channel/{id}/{post}",),
    chat="https://wa.me/{phone}?text={text}",
)

TELEGRAM = Platform(
    key="telegram",
    label="Telegram",
    facts={
        "private": Fact(False, "memory", "a name may be a channel or a group: the address does not tell"),
        "text_max": Fact(4096, "official", _TELEGRAM),
        "caption_max": Fact(1024, "official", _TELEGRAM),
    },
    addresses=(
        "t.me/{handle}",
        "t.me/s/{handle}",
        "{handle}.t.me",
        "telegram.me/{handle}",
        "telegram.me/s/{handle}",
    ),
    proofs=("t.me/s/{handle}/{post}", "t.me/{handle}/{post}", "telegram.me/{handle}/{post}"),
)

BLUESKY = Platform(
    key="bluesky",
    label="Bluesky",
    facts={
        "private": Fact(False, "memory", "posts and answers can be read by everybody"),
        "text_max": Fact(300, "official", _BLUESKY),
        "text_counted": Fact("graphemes; at most 3000 bytes", "official", _BLUESKY),
    },
    addresses=("bsky.app/profile/{handle}",),
    proofs=("bsky.app/profile/{handle}/post/{post}",),
)

MASTODON = Platform(
    key="mastodon",
    label="Mastodon",
    facts={
        "private": Fact(False, "memory", "answers to a public post can be read by everybody"),
        "text_max": Fact(500, "official", _MASTODON),
        "text_counted": Fact(
            "characters; a link 23, of a mention the user name alone", "official", _MASTODON
        ),
        "url_weight": Fact(23, "official", _MASTODON),
    },
    addresses=("{host}/@{handle}",),
    proofs=("{host}/@{handle}/{post}",),
)

LAPOR = Platform(
    key="lapor",
    label="SP4N-LAPOR!",
    facts={
        "private": Fact(
            False, "memory", "reports are shown on lapor.go.id unless their writer chose otherwise"
        ),
        "text_max": Fact(None, "memory", "lapor.go.id tells no limit"),
    },
    addresses=("lapor.go.id/instansi/{handle}",),
    proofs=("lapor.go.id/laporan/detil/{post}",),
)

#: In the order in which an address is tried: the shapes that fit any host come last. The first of a platform's
#: shapes for one kind of name is the one by which a channel is kept, so that all its spellings are one channel.
KINDS = (
    INSTAGRAM,
    FACEBOOK,
    THREADS,
    X,
    YOUTUBE,
    TIKTOK,
    WHATSAPP,
    TELEGRAM,
    BLUESKY,
    LAPOR,
    MASTODON,
    WEBSITE,
)
