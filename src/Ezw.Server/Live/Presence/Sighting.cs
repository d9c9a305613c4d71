using Ezw.Live.Streams;

namespace Ezw.Live.Presence;

/// <summary>One person at one conversation, and how that travels: to other nodes as a word of letters, to streams as an event without id.</summary>
internal sealed record Sighting(Guid OrganizationId, Guid ConversationId, Guid LineId, Guid UserId, string State)
{
    public const string Viewing = "viewing";
    public const string Typing = "typing";
    public const string Gone = "gone";

    private const int IdLetters = 32;
    private const int Ids = 4;

    public (Guid OrganizationId, Guid ConversationId, Guid UserId) Key => (OrganizationId, ConversationId, UserId);

    public static bool IsState(string? state) => state is Viewing or Typing or Gone;

    public string Write() => $"{OrganizationId:n}{ConversationId:n}{LineId:n}{UserId:n}{State}";

    /// <summary>Null for what no node of ours wrote.</summary>
    public static Sighting? Read(string text)
    {
        if (text.Length <= Ids * IdLetters || !IsState(text[(Ids * IdLetters)..]))
            return null;
        var ids = new Guid[Ids];
        for (var i = 0; i < Ids; i++)
        {
            if (!Guid.TryParseExact(text.AsSpan(i * IdLetters, IdLetters), "n", out ids[i]))
                return null;
        }
        return new Sighting(ids[0], ids[1], ids[2], ids[3], text[(Ids * IdLetters)..]);
    }

    public byte[] Frame() => FrameText.Event("presence", null, json =>
    {
        json.WriteString("conversationId", ConversationId);
        json.WriteString("lineId", LineId);
        json.WriteString("userId", UserId);
        json.WriteString("state", State);
    });
}
