using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Foundation.Events;

/// <summary>The hint that an organization's log has grown, on every node: whoever follows the log follows this topic and also polls.</summary>
internal static class News
{
    public const string Topic = "news";

    /// <summary>Makes every commit of this node that appended events wake the followers.</summary>
    public static Wakeups SpreadBy(Wakeups wakeups, Database database)
    {
        database.Appended += organizationId => wakeups.Wake(Topic, organizationId);
        return wakeups;
    }
}
