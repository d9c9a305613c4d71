using Ezw.Foundation.Http;

namespace Ezw.Inbox.Search;

internal static class SearchRoutes
{
    public static void Map(RouteGroupBuilder workspace) => workspace.MapGroup("/search").WithTags("Inbox")
        .MapGet("/messages", SearchApi.Messages).WithSummary("Search the messages of all time").MayRefuse(404);
}
