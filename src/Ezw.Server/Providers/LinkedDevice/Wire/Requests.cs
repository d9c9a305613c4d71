namespace Ezw.Providers.LinkedDevice.Wire;

/// <summary>What every request of a sidecar names.</summary>
internal sealed record LineParams(Guid LineId, long Epoch);

internal sealed record EventParams(long Seq, EventShape Event, IReadOnlyList<KeyShape>? Keys = null);

/// <param name="Value">Null deletes.</param>
internal sealed record KeyShape(string Type, string Id, byte[]? Value = null);

internal sealed record KeysGetParams(string Type, IReadOnlyList<string> Ids);

internal sealed record KeysSetParams(IReadOnlyList<KeyShape> Writes);

internal sealed record MessageFindParams(ChatAddress Chat, string ProviderMessageId);

internal sealed record MediaReadParams(string FileId, long Offset, int MaxBytes);

/// <summary>The answers of a sidecar that are more than "done".</summary>
internal sealed record HelloResult(int Protocol, string Engine, string EngineVersion, string SidecarVersion, HelloLimits Limits);

internal sealed record HelloLimits(int Lines);

internal sealed record SendResultShape(
    SendOutcome Outcome, DateTimeOffset? ServerTime = null, SendErrorShape? Error = null, bool SafeToRetrySameId = false);

internal enum SendOutcome { Accepted, Ambiguous, Rejected }

internal sealed record SendErrorShape(ErrorClass Class, string Code, string? Message = null, long? RetryAfterMs = null);

internal sealed record NumbersResult(IReadOnlyList<NumberCheck> Numbers);

internal sealed record MediaOpenResult(string StreamId, long? SizeBytes = null);

internal sealed record MediaPullResult(byte[] Bytes, bool End);

internal sealed record ProbeResult(bool Healthy, string Summary);

internal sealed record MetricsResult(MemoryShape Memory, LagShape EventLoopLag, double CpuMs = 0);

internal sealed record MemoryShape(long RssBytes, long HeapUsedBytes = 0);

internal sealed record LagShape(double MeanMs, double MaxMs = 0, double P99Ms = 0);
