using Ezw.Foundation.Storage;
using Microsoft.EntityFrameworkCore;

namespace Ezw.Lines;

internal sealed class LinePermission : IOrganizationOwned
{
    public const string See = "see";
    public const string Operate = "operate";

    public Guid OrganizationId { get; init; }
    public Guid LineId { get; init; }
    public Guid UserId { get; init; }
    public string Level { get; set; } = See;
}

internal sealed class Pairing : IOrganizationOwned
{
    public Guid OrganizationId { get; init; }
    public Guid LineId { get; init; }
    public string Method { get; init; } = "";
    public string? PhoneNumber { get; init; }
    public string State { get; init; } = "";
    /// <summary>Sealed, as is the code.</summary>
    public string? Qr { get; init; }
    public string? Code { get; init; }
    public long? ExpiresAt { get; init; }
    public long RequestedAt { get; init; }
}

internal sealed class LinesModel : IModelPart
{
    public void Map(ModelBuilder model)
    {
        var line = model.Entity<Line>();
        line.HasKey(l => new { l.OrganizationId, l.Id });
        line.Ignore(l => l.Lifecycle).Ignore(l => l.Identity).Ignore(l => l.ShouldRun).Ignore(l => l.Condition);
        model.Entity<LinePermission>().HasKey(p => new { p.OrganizationId, p.LineId, p.UserId });
        model.Entity<LineToken>().HasKey(t => new { t.OrganizationId, t.Id });
        model.Entity<Pairing>().HasKey(p => new { p.OrganizationId, p.LineId });
    }
}
