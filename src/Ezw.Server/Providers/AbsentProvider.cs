namespace Ezw.Providers;

/// <summary>A provider that this server knows but does not offer.</summary>
/// <param name="Why">What an administrator can do about it.</param>
public sealed record AbsentProvider(string Kind, string Why);
