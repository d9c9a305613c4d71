namespace Ezw.Tests.Support;

/// <summary>The double itself, as far as tests in C# lean on it.</summary>
public sealed class WireServerTests
{
    [Fact]
    public async Task People_write_to_each_other_and_unknown_codes_are_refused()
    {
        Assert.SkipWhen(Prerequisite.WhyWithoutWire is not null, Prerequisite.WhyWithoutWire ?? "");
        await using var wire = await WireServer.StartAsync();
        await wire.PostAsync("contacts", new() { ["phone"] = "34600111222", ["name"] = "Ana" });
        await wire.PostAsync("contacts", new() { ["phone"] = "972501112233", ["name"] = "Noa" });

        var sent = await wire.PostAsync(
            "contacts/34600111222/send", new() { ["to"] = "972501112233", ["kind"] = "text", ["text"] = "shalom" });
        var received = (await wire.GetAsync("contacts/972501112233/received?count=1"))["messages"]![0]!;

        Assert.Equal(((string?)sent["id"], "shalom"), ((string?)received["id"], (string?)received["text"]));
        Assert.Null(await wire.TryPostAsync("scan", new() { ["qr"] = "nobody shows this", ["phone"] = "972501000001" }));
        Assert.Null(await wire.TryPostAsync("enter-code", new() { ["code"] = "AAAABBBB", ["phone"] = "972501000001" }));
    }
}
