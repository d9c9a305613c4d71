using Ezw.Foundation.Http;

namespace Ezw.Inbox.Contacts;

internal static class ContactRoutes
{
    public static void Map(RouteGroupBuilder workspace)
    {
        var contacts = workspace.MapGroup("/contacts").WithTags("Contacts");
        contacts.MapGet("/", ContactsApi.List).WithSummary("List or search contacts");
        var contact = contacts.MapGroup("/{contactId:guid}");
        contact.MapGet("/", ContactsApi.Get).WithSummary("Read a contact");
        contact.MapPatch("/", ContactsApi.Change).WithSummary("Change a contact").MayRefuse(409);
        contact.MapPost("/merges", ContactMergesApi.Merge).WithSummary("Make two contacts one").MayRefuse(409);
        contact.MapDelete("/merges/{mergeId:guid}", ContactMergesApi.Part).WithSummary("Take a merge back").MayRefuse(409);
    }
}
