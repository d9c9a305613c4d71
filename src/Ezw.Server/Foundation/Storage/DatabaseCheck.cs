using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ezw.Foundation.Storage;

/// <summary>Ready means that the database answers and is migrated.</summary>
internal sealed class DatabaseCheck(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        await db.QueryAsync($"select number from migration limit 1", row => row.GetInt64(0), cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
