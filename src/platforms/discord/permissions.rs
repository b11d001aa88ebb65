//! What a member may do in a channel: <https://docs.discord.com/developers/topics/permissions#permission-overwrites>.

use serenity::model::{
    Permissions,
    channel::{PermissionOverwrite, PermissionOverwriteType},
    id::{RoleId, UserId},
};

use super::payload::Guild;
use crate::bot::platform::Permission;

/// Computes what a member with these roles may do where these overwrites hold.
pub(super) fn granted(
    guild: &Guild,
    member: UserId,
    roles: &[RoleId],
    overwrites: &[PermissionOverwrite],
) -> Permissions {
    let everyone = RoleId::new(guild.id.get());
    let holds = |role: &RoleId| *role == everyone || roles.contains(role);
    let held = guild.roles.iter().filter(|role| holds(&role.id));
    let base = held.fold(Permissions::empty(), |sum, role| sum | role.permissions);
    if guild.owner_id == member || base.administrator() {
        return Permissions::all();
    }
    let matching = |who: &dyn Fn(&PermissionOverwriteType) -> bool| {
        let found = overwrites.iter().filter(|overwrite| who(&overwrite.kind));
        found.fold((Permissions::empty(), Permissions::empty()), |(allow, deny), o| (allow | o.allow, deny | o.deny))
    };
    let layers = [
        matching(&|kind| matches!(kind, PermissionOverwriteType::Role(role) if *role == everyone)),
        matching(
            &|kind| matches!(kind, PermissionOverwriteType::Role(role) if *role != everyone && roles.contains(role)),
        ),
        matching(&|kind| matches!(kind, PermissionOverwriteType::Member(one) if *one == member)),
    ];
    layers.into_iter().fold(base, |granted, (allow, deny)| (granted - deny) | allow)
}

/// What is not granted of what posting a tip and finding it again takes.
pub(super) fn lacking(granted: Permissions, in_thread: bool) -> Vec<Permission> {
    let send = if in_thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    let needed = [
        (Permission::ViewChannel, Permissions::VIEW_CHANNEL),
        (Permission::SendMessages, send),
        (Permission::EmbedLinks, Permissions::EMBED_LINKS),
        (Permission::ReadMessageHistory, Permissions::READ_MESSAGE_HISTORY),
    ];
    needed.into_iter().filter(|(_, bits)| !granted.contains(*bits)).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ALL_NEEDED: u64 = (1 << 10) | (1 << 11) | (1 << 14) | (1 << 16);

    fn lacks(everyone: u64, staff: u64, overwrites: serde_json::Value) -> Vec<Permission> {
        let guild: Guild = serde_json::from_value(json!({
            "id": "1", "owner_id": "99",
            "roles": [{"id": "1", "permissions": everyone.to_string()}, {"id": "2", "permissions": staff.to_string()},
                      {"id": "3", "permissions": "8"}],
        }))
        .unwrap();
        let overwrites: Vec<PermissionOverwrite> = serde_json::from_value(overwrites).unwrap();
        lacking(granted(&guild, UserId::new(50), &[RoleId::new(2)], &overwrites), false)
    }

    #[test]
    fn roles_add_up_and_overwrites_come_in_their_order() {
        use Permission::{EmbedLinks, ReadMessageHistory, SendMessages, ViewChannel};
        let send = (1 << 11).to_string();
        let deny = |kind: u8, id: &str| json!({"id": id, "type": kind, "allow": "0", "deny": send});
        let allow = |kind: u8, id: &str| json!({"id": id, "type": kind, "allow": send, "deny": "0"});
        assert_eq!(lacks(ALL_NEEDED, 0, json!([])), []);
        assert_eq!(lacks(0, 0, json!([])), [ViewChannel, SendMessages, EmbedLinks, ReadMessageHistory]);
        assert_eq!(lacks(1 << 10, ALL_NEEDED, json!([])), []);
        assert_eq!(lacks(ALL_NEEDED, 0, json!([deny(0, "1")])), [SendMessages]);
        assert_eq!(lacks(ALL_NEEDED, 0, json!([allow(0, "2"), deny(0, "1")])), [], "a role's word over everyone's");
        assert_eq!(
            lacks(ALL_NEEDED, 0, json!([allow(0, "2"), deny(1, "50")])),
            [SendMessages],
            "a member's over a role's"
        );
        assert_eq!(lacks(ALL_NEEDED, 0, json!([deny(0, "3"), deny(1, "51")])), [], "others' overwrites");
        assert_eq!(lacks(0, 8, json!([deny(0, "1")])), [], "an administrator may everything");
    }

    #[test]
    fn a_thread_asks_for_its_own_right_to_send() {
        let granted = Permissions::from_bits_truncate(ALL_NEEDED);
        assert_eq!(lacking(granted, true), [Permission::SendMessages]);
        assert_eq!(lacking(granted | Permissions::SEND_MESSAGES_IN_THREADS, true), []);
    }
}
