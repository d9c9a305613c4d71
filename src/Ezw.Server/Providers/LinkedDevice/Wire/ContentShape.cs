using System.Text.Json.Serialization;

namespace Ezw.Providers.LinkedDevice.Wire;

/// <summary>What a message says, as it stands in a line.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Text), "text")]
[JsonDerivedType(typeof(Media), "media")]
[JsonDerivedType(typeof(Location), "location")]
[JsonDerivedType(typeof(Contacts), "contacts")]
[JsonDerivedType(typeof(Poll), "poll")]
[JsonDerivedType(typeof(Unsupported), "unsupported")]
internal abstract record ContentShape
{
    public abstract SeenContent ToContent(Func<string, MediaPointer> references);

    internal sealed record Text(string Body) : ContentShape
    {
        public override SeenContent ToContent(Func<string, MediaPointer> references) => new SeenContent.Text(Body);
    }

    internal sealed record Media(
        [property: JsonPropertyName("media")] MediaKind Type, FileShape File, string? Caption = null) : ContentShape
    {
        public override SeenContent ToContent(Func<string, MediaPointer> references) => new SeenContent.Media(
            Type,
            new MediaSeen(
                references(File.Reference), File.MimeType, File.FileName, File.SizeBytes, File.Width, File.Height,
                File.DurationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null),
            Caption);
    }

    internal sealed record Location(
        double Latitude, double Longitude, string? Name = null, string? Address = null, bool Live = false) : ContentShape
    {
        public override SeenContent ToContent(Func<string, MediaPointer> references) =>
            new SeenContent.Location(Latitude, Longitude, Name, Address, Live);
    }

    internal sealed record Contacts(IReadOnlyList<CardShape> Cards) : ContentShape
    {
        public override SeenContent ToContent(Func<string, MediaPointer> references) =>
            new SeenContent.Contacts([.. Cards.Select(card => new ContactCard(card.Name, card.PhoneNumbers, card.VCard))]);
    }

    internal sealed record Poll(string Question, IReadOnlyList<string> Options, int Choices) : ContentShape
    {
        public override SeenContent ToContent(Func<string, MediaPointer> references) => new SeenContent.Poll(Question, Options, Choices);
    }

    internal sealed record Unsupported(string ProviderType, string Raw) : ContentShape
    {
        public override SeenContent ToContent(Func<string, MediaPointer> references) => new SeenContent.Unsupported(ProviderType, Raw);
    }
}

internal sealed record FileShape(
    string Reference, string? MimeType = null, string? FileName = null, long? SizeBytes = null, int? Width = null, int? Height = null,
    double? DurationMs = null);

internal sealed record CardShape(string Name, IReadOnlyList<string> PhoneNumbers, string VCard);
