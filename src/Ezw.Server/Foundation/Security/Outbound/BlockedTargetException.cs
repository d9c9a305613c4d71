namespace Ezw.Foundation.Security.Outbound;

/// <summary>The way out of a connect callback, whose only other answer is a connection.</summary>
internal sealed class BlockedTargetException(string message, Exception? cause = null) : Exception(message, cause);
