using Ezw.Benchmarks.Inbox;
using Ezw.Tests.Support;

namespace Ezw.Benchmarks.Web;

/// <summary>
/// The operators' app in Chromium on an inbox of a hundred thousand conversations, one of them with ten thousand messages: how soon it
/// starts, how soon a conversation is there, and how even scrolling is.
/// </summary>
internal static class WebBench
{
    public static readonly string[] Options = ["--quick"];

    public static async Task RunAsync(string[] options)
    {
        if (!PublishedWebApp.IsAvailable)
            throw new InvalidOperationException("Chromium is not installed or the web app is not built: run ./dev setup.");
        var plan = options.Contains("--quick") ? InboxPlan.Quick : InboxPlan.Full;
        using var scratch = new ScratchFolder();
        var run = new InboxRun(plan, scratch, "", new SqliteBulk(scratch.Of("ezwhatsapp.db")));
        await run.FillAsync();
        await using var server = await RunningServer.ProductAsync(scratch, "", $"--Ezw:WebApp:Folder={PublishedWebApp.Folder}");
        await using var chromium = await BusyPage.LaunchAsync();
        var figures = await WebFigures.MeasureAsync(chromium, new Uri($"http://{server.Address}"), run.LongestConversation);
        await new Report("The web app")
            .Paragraph(await Machine.DescribeAsync())
            .Paragraph($"""
                {plan.Messages:N0} messages in {plan.Conversations:N0} conversations, three of ten of them active, on SQLite; Debian's
                Chromium, headless and drawing by processor, on the same two cores. Times are milliseconds, medians with the lowest and the
                highest in brackets.
                """)
            .Table(["start", "ms", "KB transferred"], figures.Starts)
            .Paragraph("""
                Cold: nothing is cached, until the login form can be used. Cached: the page is loaded again with its session, until the
                first conversations are shown. Bytes are what came over the wire, headers included.
                """)
            .Table(["switching", "ms"], figures.Switches)
            .Paragraph("""
                From the press on a row to the painted frame that shows a message of the conversation. Uncached: it was never open before.
                Cached: it was.
                """)
            .Table(["scrolling", "rows or messages passed", "frame p50", "frame p95", "longest", "frames over 50 ms"], figures.Scrolls)
            .Paragraph("Frame times while the wheel turns without a pause; new pages are fetched meanwhile.")
            .KeepAsync("web");
    }
}
