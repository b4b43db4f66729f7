"""Renders records as the JSON of Slack's Web API."""

from sandbox.slack.state import Channel, Json, Message, User, Workspace


def message(workspace: Workspace, channel: Channel, shown: Message, *, all_metadata: bool) -> Json:
    """A message; without `all_metadata` its metadata has only the event type."""
    body: Json = {
        "type": "message",
        "user": shown.user,
        "ts": shown.ts,
        "text": shown.text,
        "team": workspace.team_id,
    }
    if shown.by_bot:
        body |= {"bot_id": workspace.bot_id, "app_id": workspace.app_id}
    if shown.tombstone:
        body |= {"subtype": "tombstone", "hidden": True, "user": "USLACKBOT"}
    if shown.blocks:
        body["blocks"] = shown.blocks
    if shown.attachments:
        body["attachments"] = shown.attachments
    if shown.edited_ts:
        body["edited"] = {"user": workspace.bot_id, "ts": shown.edited_ts}
    if shown.metadata is not None:
        kept = shown.metadata if all_metadata else {"event_type": shown.metadata["event_type"]}
        body["metadata"] = kept
    return body | _thread(channel, shown)


def _thread(channel: Channel, shown: Message) -> Json:
    replies = channel.replies(shown.ts)
    if shown.thread_ts and shown.thread_ts != shown.ts:
        more = {"subtype": "thread_broadcast"} if shown.broadcast else {}
        return {"thread_ts": shown.thread_ts, **more}
    if not replies:
        return {}
    people = list(dict.fromkeys(one.user for one in replies))
    return {
        "thread_ts": shown.ts,
        "reply_count": len(replies),
        "reply_users": people,
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts,
    }


def channel_body(workspace: Workspace, channel: Channel) -> Json:
    """A conversation."""
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_im and not channel.is_private,
        "is_group": channel.is_private and not channel.is_im,
        "is_im": channel.is_im,
        "is_mpim": False,
        "is_private": channel.is_private or channel.is_im,
        "is_archived": channel.is_archived,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_member": workspace.bot.id in channel.members,
        "created": channel.created,
        "creator": next(iter(channel.members), workspace.bot.id),
        "context_team_id": workspace.team_id,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }


def user_body(workspace: Workspace, user: User) -> Json:
    """A person."""
    return {
        "id": user.id,
        "team_id": workspace.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_admin": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "tz": "Europe/London",
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "real_name_normalized": user.real_name,
            "display_name_normalized": user.name,
            "team": workspace.team_id,
        },
        **({"is_stranger": True} if user.is_stranger else {}),
    }


def permalink(workspace: Workspace, shown: Message) -> str:
    """The address of a message."""
    place = f"{shown.channel}/p{shown.ts.replace('.', '')}"
    base = f"https://{workspace.domain}.slack.com/archives/{place}"
    if shown.thread_ts:
        return f"{base}?thread_ts={shown.thread_ts}&cid={shown.channel}"
    return base
