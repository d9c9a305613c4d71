namespace Ezw.ChatExports;

/// <summary>What became of a wish to read a file that came with an export.</summary>
internal abstract record AttachmentOutcome
{
    private AttachmentOutcome() { }

    /// <param name="Content">Fails with InvalidDataException when the file is damaged or larger than it said it is.</param>
    /// <param name="SizeBytes">As the archive tells it.</param>
    public sealed record Opened(Stream Content, long SizeBytes) : AttachmentOutcome;

    public sealed record Missing : AttachmentOutcome;

    /// <param name="Code">Stable lower_snake_case code.</param>
    /// <param name="Sentence">For the person who offered the export.</param>
    public sealed record Refused(string Code, string Sentence) : AttachmentOutcome;
}
