using System.Net;
using System.Text.Json;

namespace Ezw.Client;

/// <summary>The server refused a request, or could not be reached.</summary>
/// <param name="status">Null when no answer came.</param>
/// <param name="code">Stable code of docs/errors.md; <c>unreachable</c> when no answer came.</param>
/// <param name="body">The problem document, for members of a code's own such as <c>current</c>.</param>
public sealed class ApiException(HttpStatusCode? status, string code, string message, JsonElement? body = null, Exception? cause = null)
    : Exception(message, cause)
{
    public HttpStatusCode? Status => status;

    public string Code => code;

    public JsonElement? Body => body;

    public bool IsUnreachable => status is null;
}
