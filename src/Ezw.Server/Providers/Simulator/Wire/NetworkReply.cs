using System.Text.Json.Serialization;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>Closed set of answers to a <see cref="NetworkRequest"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "answer")]
[JsonDerivedType(typeof(DoneReply), "done")]
[JsonDerivedType(typeof(NotLiveReply), "notLive")]
[JsonDerivedType(typeof(LoginReply), "login")]
[JsonDerivedType(typeof(SentReply), "sent")]
[JsonDerivedType(typeof(NumbersReply), "numbers")]
[JsonDerivedType(typeof(MediaReply), "media")]
[JsonDerivedType(typeof(UploadLostReply), "uploadLost")]
internal abstract record NetworkReply;

internal sealed record DoneReply : NetworkReply
{
    public static readonly DoneReply Instance = new();
}

/// <summary>The session of this connection has ended, or never began.</summary>
internal sealed record NotLiveReply : NetworkReply
{
    public static readonly NotLiveReply Instance = new();
}

internal sealed record LoginReply(LoginOutcome Outcome) : NetworkReply;

internal enum LoginOutcome { Accepted, LoggedOut, EngineOutdated, EngineFault, Unreachable }

internal sealed record SentReply(SendResult Result) : NetworkReply;

internal sealed record NumbersReply(IReadOnlyList<NumberCheck> Numbers) : NetworkReply;

/// <param name="Bytes">A piece of the file; null when the network holds nothing there.</param>
/// <param name="SizeBytes">Of the whole file.</param>
internal sealed record MediaReply(byte[]? Bytes, long SizeBytes) : NetworkReply;

/// <summary>The file has to be uploaded again from its start.</summary>
internal sealed record UploadLostReply : NetworkReply
{
    public static readonly UploadLostReply Instance = new();
}
