using System.Data.Common;
using Ezw.Foundation.Storage;

namespace Ezw.Doctor;

/// <summary>The database: whether it answers, which schema it has, and what it thinks of the time.</summary>
internal static class DatabaseExam
{
    private const string What = "Database";

    /// <summary>Leases and the order of events live with less; tokens and signatures do not with more.</summary>
    private const long MostDriftMs = 5_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Finding>> ExamineAsync(IServiceProvider parts, StorageOptions storage, TimeProvider time)
    {
        var file = Path.Combine(storage.DataFolder, "ezwhatsapp.db");
        if (storage.Database.Length == 0 && !File.Exists(file))
            return [Finding.Good(What, "SQLite; the first start makes it.")];
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            var before = time.NowMs();
            var seen = await Migrator.LookAsync(parts.GetRequiredService<Database>(), limit.Token);
            return [OfSchema(seen), .. seen.NowMs is { } theirs ? [OfClock(theirs - (before + time.NowMs()) / 2)] : Array.Empty<Finding>()];
        }
        catch (InvalidOperationException taken) when (storage.Database.Length == 0)
        {
            return [Finding.Good(What, $"In use by a running server. {taken.Message.Split('.')[0]}.")];
        }
        catch (Exception away) when (away is DbException or OperationCanceledException or ArgumentException)
        {
            return [Finding.Bad(
                What, $"It does not answer: {away.Message}",
                "Check Ezw:Database, that PostgreSQL runs, and that this machine may connect.")];
        }
    }

    private static Finding OfSchema(SchemaSeen seen) => seen.Applied.CompareTo(seen.Known) switch
    {
        0 => Finding.Good(What, $"{seen.Kind} answers and has the schema of this version ({seen.Known})."),
        < 0 => Finding.Good(What, $"{seen.Kind} answers; the next start brings its schema from {seen.Applied} to {seen.Known}."),
        _ => Finding.Bad(
            What, $"{seen.Kind} has the schema {seen.Applied} of a newer version; this one knows {seen.Known}.", "Start the newer server."),
    };

    private static Finding OfClock(long drift) => Math.Abs(drift) > MostDriftMs
        ? Finding.Doubtful("Clock", $"It is {drift / 1000} s from the database server's.", "Let both machines keep time by NTP.")
        : Finding.Good("Clock", "It agrees with the database server's.");
}
