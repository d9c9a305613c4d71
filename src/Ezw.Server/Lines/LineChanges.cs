using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Lines;

/// <summary>Applies what a manager asks of a line, logs it and hints at the owner.</summary>
internal sealed class LineChanges(Database database, LineAccess access, Wakeups wakeups, TimeProvider time)
{
    /// <param name="change">The statement, or null when the line's condition makes it impossible.</param>
    /// <returns>Null when done, else the refusal.</returns>
    public async Task<ProblemHttpResult?> ApplyAsync(
        Caller caller, Guid lineId, Func<Line, Sql?> change, CancellationToken ct, Func<ProblemHttpResult>? impossible = null)
    {
        if (await access.FindAsync(caller, lineId, ct) is not { } line)
            return Problems.NotFound();
        if (!line.MayManage)
            return LineProblems.MayNotManage();
        if (change(line.Line) is not { } statement)
            return impossible!();
        if (!await LineStore.ChangeAsync(database, caller.OrganizationId, lineId, statement, time.NowMs(), ct))
            return LineProblems.Archived();
        wakeups.Wake(LineSupervisor.Topic, lineId);
        return null;
    }
}
