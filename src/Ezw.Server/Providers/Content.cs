namespace Ezw.Providers;

/// <summary>Closed set of what a message can say, in either direction.</summary>
public abstract record SeenContent
{
    private SeenContent() { }

    /// <summary>The name stored as the message's type and shown in the APIs.</summary>
    public abstract string Type { get; }

    /// <summary>The text, caption or question: what search and previews read.</summary>
    public abstract string? Body { get; }

    public sealed record Text(string Words) : SeenContent
    {
        public override string Type => "text";

        public override string? Body => Words;
    }

    /// <param name="Caption">Null where WhatsApp carries none (voice, sticker).</param>
    public sealed record Media(MediaKind Kind, MediaSeen File, string? Caption) : SeenContent
    {
        public override string Type => Kind.Name();

        public override string? Body => Caption;
    }

    /// <param name="Latitude">Degrees, north positive.</param>
    /// <param name="Longitude">Degrees, east positive.</param>
    /// <param name="Live">The sender goes on sharing where they are; only the first place is kept.</param>
    public sealed record Location(double Latitude, double Longitude, string? Name, string? Address, bool Live) : SeenContent
    {
        public override string Type => "location";

        public override string? Body => Name;
    }

    public sealed record Contacts(IReadOnlyList<ContactCard> Cards) : SeenContent
    {
        public override string Type => "contacts";

        public override string? Body => string.Join(", ", Cards.Select(card => card.Name));
    }

    /// <param name="Choices">How many options one person may choose; 0 for any number.</param>
    public sealed record Poll(string Question, IReadOnlyList<string> Options, int Choices) : SeenContent
    {
        public override string Type => "poll";

        public override string? Body => Question;
    }

    /// <summary>What nobody here can show yet. Kept whole, so that a later version can.</summary>
    /// <param name="ProviderType">The provider's own name of it.</param>
    /// <param name="Raw">JSON as the provider gave it.</param>
    public sealed record Unsupported(string ProviderType, string Raw) : SeenContent
    {
        public override string Type => "unsupported";

        public override string? Body => null;
    }
}

/// <param name="PhoneNumbers">As written on the card, in no particular form.</param>
/// <param name="VCard">The card itself (RFC 6350).</param>
public sealed record ContactCard(string Name, IReadOnlyList<string> PhoneNumbers, string VCard);

public enum MediaKind { Image, Video, Audio, Voice, Document, Sticker }

public static class MediaKinds
{
    public static string Name(this MediaKind kind) => kind switch
    {
        MediaKind.Image => "image",
        MediaKind.Video => "video",
        MediaKind.Audio => "audio",
        MediaKind.Voice => "voice",
        MediaKind.Document => "document",
        MediaKind.Sticker => "sticker",
        _ => throw new InvalidOperationException($"Unknown media kind {kind}."),
    };

    public static MediaKind Parse(string name) => Enum.Parse<MediaKind>(name, ignoreCase: true);
}

/// <summary>A file as the sender's phone declares it. None of it is trusted before the bytes are here.</summary>
/// <param name="Duration">Of video, audio and voice.</param>
public sealed record MediaSeen(
    MediaPointer Source, string? MimeType, string? FileName, long? SizeBytes, int? Width = null, int? Height = null,
    TimeSpan? Duration = null);
