using System.Text.Json;
using Ezw.Providers;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Tests.Providers.Simulator;

public sealed class WireTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Lines => new(Envelopes.Keys);

    private static Dictionary<string, Envelope> Envelopes => new()
    {
        ["pair"] = new Envelope { Number = 1, Request = new PairRequest(new PairingRequest(PairingMethod.Code, "+1"), 3) },
        ["login"] = new Envelope { Number = 2, Request = new LoginRequest(new LineIdentity("+1", null, "d"), 3) },
        ["commit"] = new Envelope { Number = 3, Request = new CommitRequest(7) },
        ["done"] = new Envelope { Number = 3, Reply = new DoneReply() },
        ["rejected"] = new Envelope
        {
            Reply = new SentReply(new SendResult.Rejected(
                new ProviderError(ErrorClass.RateLimited, "rate_limited", "Wait.", TimeSpan.FromSeconds(7)))),
        },
        ["message"] = new Envelope
        {
            Push = new HappenedPush(
                new MessageSeen(At, "id", new ChatAddress(null, "1@lid"), false, new SeenContent.Text("שלום\n2"), "q", "דנה"), 9),
        },
        ["state"] = new Envelope { Push = new HappenedPush(new LinkStateChanged(At, LinkState.Restricted, "a", "b"), 0) },
        ["closed"] = new Envelope { Push = new ClosedPush(CloseReason.Replaced) },
        ["door"] = new Envelope { Door = new UnlinkDoor("+1") },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_on_the_wire_reads_back_as_it_was_written(string name)
    {
        var json = JsonSerializer.Serialize(Envelopes[name], WireFormat.Line);

        Assert.Equal(Envelopes[name], JsonSerializer.Deserialize(json, WireFormat.Line));
        Assert.DoesNotContain('\n', json);
    }
}
