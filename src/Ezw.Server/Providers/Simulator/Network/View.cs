namespace Ezw.Providers.Simulator.Network;

/// <summary>What one account's devices see of something that somebody did in a chat.</summary>
/// <param name="Partner">Who the chat is with, seen from the account.</param>
/// <param name="FromMe">The account's owner did it.</param>
internal sealed record View(Account Account, IChatPartner Partner, Person By, bool FromMe)
{
    public ChatAddress Chat => Partner.Chat;

    public MessageSeen Message(DateTimeOffset at, string id, SeenContent content, string? quoted) => new(
        at, id, Chat, FromMe, content, quoted, FromMe ? null : By.Name, FromMe || Partner is not Group ? null : By.Chat,
        (Partner as Group)?.Name);

    public MessageReference Reference(string id, bool fromMe) => new(Chat, id, fromMe);
}
