namespace Ezw.Webhooks;

/// <summary>What became of a delivery so far. Failed is given up: parked, until somebody wants it delivered again.</summary>
internal static class DeliveryState
{
    public const string Waiting = "waiting";
    public const string Accepted = "accepted";
    public const string Failed = "failed";
    public const string Canceled = "canceled";

    public static readonly string[] All = [Waiting, Accepted, Failed, Canceled];
}
