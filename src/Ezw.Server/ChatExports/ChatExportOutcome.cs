namespace Ezw.ChatExports;

/// <summary>What became of a file that somebody offered as a chat export.</summary>
internal abstract record ChatExportOutcome
{
    private ChatExportOutcome() { }

    public sealed record Opened(ChatExport Export) : ChatExportOutcome;

    /// <param name="Code">Stable lower_snake_case code.</param>
    /// <param name="Sentence">For the person who offered the file.</param>
    public sealed record NotAnExport(string Code, string Sentence) : ChatExportOutcome;
}
