namespace Ezw.ChatExports.Bodies;

/// <summary>What a message says, read from what the export wrote for it.</summary>
internal readonly record struct Body(ExportedKind Kind, string Text, string? AttachmentName = null, bool IsEdited = false);
