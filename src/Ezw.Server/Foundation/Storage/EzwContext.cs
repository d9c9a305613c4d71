using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Ezw.Foundation.Storage;

/// <summary>A row that belongs to a customer. Every query sees only those of the context's organization.</summary>
public interface IOrganizationOwned
{
    Guid OrganizationId { get; }
}

/// <summary>A slice's share of the model.</summary>
public interface IModelPart
{
    void Map(ModelBuilder model);
}

/// <summary>
/// Maps rows for everything that is not hot. The organization filter is defined here, once, for every customer-owned row; a context
/// opened without an organization sees none of them, so that forgetting it shows at once.
/// </summary>
public sealed class EzwContext(
    DbContextOptions<EzwContext> options, IEnumerable<IModelPart> parts, Guid? organizationId, DatabaseKind kind) : DbContext(options)
{
    private Guid? OrganizationId => organizationId;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        if (kind == DatabaseKind.Sqlite)
            configurationBuilder.Properties<Guid>().HaveConversion<LowerCaseUuid>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var part in parts)
            part.Map(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase(entity.ClrType.Name));
            foreach (var property in entity.GetProperties())
                property.SetColumnName(SnakeCase(property.Name));
            if (typeof(IOrganizationOwned).IsAssignableFrom(entity.ClrType))
                FilterMethod.MakeGenericMethod(entity.ClrType).Invoke(this, [modelBuilder]);
        }
    }

    private static readonly System.Reflection.MethodInfo FilterMethod =
        typeof(EzwContext).GetMethod(nameof(Filter), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!;

    private void Filter<TEntity>(ModelBuilder model) where TEntity : class, IOrganizationOwned =>
        model.Entity<TEntity>().HasQueryFilter(entity => entity.OrganizationId == OrganizationId);

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }
        return text.ToString();
    }

    /// <summary>SQLite has no uuid; EF would write upper case where our SQL writes lower.</summary>
    private sealed class LowerCaseUuid() : ValueConverter<Guid, string>(id => id.ToString(), text => Guid.Parse(text));
}

/// <summary>Opens contexts on a session, so that mapped rows and hand-written SQL share one transaction.</summary>
public sealed class EzwContexts(IEnumerable<IModelPart> parts)
{
    private readonly IModelPart[] parts = [.. parts];

    /// <summary>A context that sees one organization's rows.</summary>
    public EzwContext For(DbSession session, Guid organizationId) => Open(session, organizationId);

    /// <summary>A context for the model itself and for rows that no customer owns; of customers' rows it sees none.</summary>
    public EzwContext AcrossOrganizations(DbSession session) => Open(session, null);

    private EzwContext Open(DbSession session, Guid? organizationId)
    {
        var options = new DbContextOptionsBuilder<EzwContext>();
        if (session.Dialect.Kind == DatabaseKind.Postgres)
            options.UseNpgsql(session.Connection);
        else
            options.UseSqlite(session.Connection);
        options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);
        var context = new EzwContext(options.Options, parts, organizationId, session.Dialect.Kind);
        if (session.Transaction is not null)
            context.Database.UseTransaction(session.Transaction);
        return context;
    }
}
