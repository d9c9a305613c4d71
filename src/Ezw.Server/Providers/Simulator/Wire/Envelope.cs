namespace Ezw.Providers.Simulator.Wire;

/// <summary>One line on the socket. A question carries a number that its answer repeats; a push carries none.</summary>
internal sealed record Envelope
{
    public long Number { get; init; }

    public NetworkRequest? Request { get; init; }

    public NetworkReply? Reply { get; init; }

    public NetworkPush? Push { get; init; }

    public DoorRequest? Door { get; init; }

    public DoorAnswer? Answer { get; init; }
}
