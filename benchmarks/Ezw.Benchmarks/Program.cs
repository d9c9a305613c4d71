using Ezw.Benchmarks.Accept;
using Ezw.Benchmarks.Inbox;
using Ezw.Benchmarks.Lines;
using Ezw.Benchmarks.Live;
using Ezw.Benchmarks.Web;
using Ezw.Benchmarks.Webhooks;

switch (args)
{
    case ["accept", .. var options] when options.All(AcceptBench.Options.Contains):
        await AcceptBench.RunAsync(options);
        return 0;
    case ["inbox", .. var options] when options.All(InboxBench.Options.Contains):
        await InboxBench.RunAsync(options);
        return 0;
    case ["lines", .. var counts] when counts.All(count => int.TryParse(count, out _)):
        await LinesBench.RunAsync(counts.Length == 0 ? LinesBench.DefaultCounts : [.. counts.Select(int.Parse)]);
        return 0;
    case ["live", .. var options] when options.All(LiveBench.Options.Contains):
        await LiveBench.RunAsync(options);
        return 0;
    case ["web", .. var options] when options.All(WebBench.Options.Contains):
        await WebBench.RunAsync(options);
        return 0;
    case ["webhooks", .. var options] when options.All(WebhookBench.Options.Contains):
        await WebhookBench.RunAsync(options);
        return 0;
    case [BareHook.Verb, var url]:
        await BareHook.RunAsync(url);
        return 0;
    case [BareStream.Verb, var url]:
        await BareStream.RunAsync(url);
        return 0;
    case [BareApi.Verb, var url, var database]:
        await BareApi.RunAsync(url, database);
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            "accept [--quick] [postgres] [sqlite] | inbox [--quick] [postgres] [sqlite] | lines [COUNT...] | live [--quick] [--sqlite] "
            + "| web [--quick] | webhooks [--quick] [postgres] [sqlite]");
        return 2;
}
