using System.Net;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>Where an answer sends us. Only the five statuses with a Location count; Refresh headers and pages that forward do not.</summary>
internal static class Redirection
{
    /// <summary>Null when the answer is none.</summary>
    public static string? Of(HttpResponseMessage response, Uri from)
    {
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            return null;
        if (!response.Headers.NonValidated.TryGetValues("Location", out var locations) || locations.Count != 1)
            return null;
        // A fragment is legal here and means nothing to a download.
        return Uri.TryCreate(from, locations.Single(), out var next) ? next.AbsoluteUri.Split('#')[0] : locations.Single();
    }

    /// <summary>From https to http would show the address and the file to everybody on the way.</summary>
    public static bool IsDowngrade(Uri from, Uri to) => from.Scheme == Uri.UriSchemeHttps && to.Scheme != Uri.UriSchemeHttps;
}
