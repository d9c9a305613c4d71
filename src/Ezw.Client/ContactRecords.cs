using System.Text.Json.Serialization;

namespace Ezw.Client;

/// <summary>A person on WhatsApp, or a group.</summary>
/// <param name="Name">The name that is shown: the team's, else the one chosen on WhatsApp, else the phone number; null when none is known.</param>
/// <param name="DisplayName">The name that the team gave.</param>
/// <param name="PushName">The name chosen on WhatsApp.</param>
/// <param name="PhoneNumbers">E.164; empty when WhatsApp does not tell any.</param>
/// <param name="KnownBy">By which kinds of names WhatsApp knows the contact: phone, pn, lid, bsuid or group. The names themselves stay inside.</param>
/// <param name="Version">Send it back with a change; a stale one is refused with 409.</param>
public sealed record ContactView(
    Guid Id, string? Name, string? DisplayName, string? PushName, IReadOnlyList<string> PhoneNumbers, bool IsPhoneKnown,
    IReadOnlyList<string> KnownBy, string? Email, string? Company, long Version, DateTimeOffset CreatedAt);

/// <summary>A contact with what the caller may see of it.</summary>
/// <param name="Conversations">On visible lines, the newest message first, at most 100.</param>
/// <param name="Merges">What was merged into this contact and can be taken back.</param>
public sealed record ContactProfile(
    ContactView Contact, IReadOnlyList<ConversationView> Conversations, IReadOnlyList<ContactMergeView> Merges);

/// <param name="Reason">whatsapp or person.</param>
/// <param name="UserId">The member who merged them, if a person did.</param>
public sealed record ContactMergeView(Guid Id, Guid MergedContactId, string? Name, string Reason, Guid? UserId, DateTimeOffset At);

/// <summary>PATCH /api/contacts/{contactId}. What is left out or null stays; an empty text takes the value away.</summary>
/// <param name="DisplayName">At most 100 characters.</param>
/// <param name="Email">At most 254 characters.</param>
/// <param name="Company">At most 100 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ContactChange(string? DisplayName = null, string? Email = null, string? Company = null, long? Version = null);

/// <summary>POST /api/contacts/{contactId}/merges: the other contact becomes part of this one.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewContactMerge(Guid ContactId);
