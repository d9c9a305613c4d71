namespace Ezw.Foundation.Security.Outbound;
internal static class TargetUrl { public static TargetUrlCheck Check(string? url) => Uri.TryCreate(url, UriKind.Absolute, out _) ? new TargetUrlCheck.Accepted() : new TargetUrlCheck.Refused("bad", "bad"); }
internal abstract record TargetUrlCheck { public sealed record Accepted : TargetUrlCheck; public sealed record Refused(string Code, string Sentence) : TargetUrlCheck; }
internal sealed class GuardedHttp;
