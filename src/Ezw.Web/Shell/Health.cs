using Ezw.Client;

namespace Ezw.Web.Shell;

/// <summary>A line's state at a glance.</summary>
internal static class Health
{
    /// <summary>Of the dot: good, pending, bad or off.</summary>
    public static string Of(LineView? line) => line?.EffectiveSendState switch
    {
        "sendable" => "good",
        "connecting" => "pending",
        "paused" or "archived" or null => "off",
        _ => "bad",
    };
}
