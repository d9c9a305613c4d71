using Ezw.Foundation.Security.Outbound;
using Ezw.Foundation.Storage;
using Ezw.Media;
using Ezw.Providers.LinkedDevice;
using Microsoft.Extensions.Options;

namespace Ezw.Doctor;

/// <summary>
/// "Ezw.Server doctor": looks at everything that a server with real lines needs, with the settings that the server would have, and says
/// what to do. It changes nothing but a file that it writes and deletes, and may run beside the server.
/// </summary>
internal static class DoctorProcess
{
    public const string Verb = "doctor";

    /// <returns>The exit code: 1 when something is bad.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.AddStorage();
        builder.AddOutbound();
        builder.AddMedia();
        builder.Services.AddOptions<LinkedDeviceOptions>().BindConfiguration(LinkedDeviceOptions.Section).ValidateDataAnnotations();
        await using var parts = builder.Services.BuildServiceProvider();
        var worst = Verdict.Good;
        await foreach (var finding in ExamineAsync(parts))
        {
            worst = (Verdict)Math.Max((int)worst, (int)finding.Verdict);
            await output.WriteLineAsync($"{Mark(finding.Verdict)} {finding.What}: {finding.Says}");
            if (finding.Advice is { } advice)
                await output.WriteLineAsync($"       {advice}");
        }
        await output.WriteLineAsync(worst switch
        {
            Verdict.Good => "All is well.",
            Verdict.Doubtful => "It works; see above for what may not for long.",
            _ => "Something is wrong; see above for what to do.",
        });
        return worst == Verdict.Bad ? 1 : 0;
    }

    private static async IAsyncEnumerable<Finding> ExamineAsync(IServiceProvider parts)
    {
        var (storage, time) = (parts.GetRequiredService<IOptions<StorageOptions>>(), parts.GetRequiredService<TimeProvider>());
        if (SettingsExam.Examine(parts) is { } unreadable)
        {
            yield return unreadable;
            yield break;
        }
        foreach (var finding in FolderExam.Examine(storage.Value, parts.GetRequiredService<IConfiguration>()))
            yield return finding;
        foreach (var finding in await DatabaseExam.ExamineAsync(parts, storage.Value, time))
            yield return finding;
        yield return await MediaExam.ExamineAsync(parts);
        var options = parts.GetRequiredService<IOptions<LinkedDeviceOptions>>().Value;
        yield return await SidecarExam.ExamineAsync(options, time);
        foreach (var finding in await ReachExam.ExamineAsync(options, time))
            yield return finding;
    }

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Good => "  ok  ",
        Verdict.Doubtful => " note ",
        _ => "WRONG ",
    };
}
