using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Ezw.Foundation.Http;

/// <summary>The OpenAPI 3.1 document at /openapi/v1.json and its browsable form at /docs.</summary>
internal static class ApiDocs
{
    private const string LineToken = "lineToken";
    private const string IdToken = "idToken";
    private const string SendText = "/api/v1/messages/text";

    public static void AddApiDocs(this WebApplicationBuilder builder) => builder.Services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "EZWhatsApp",
                Version = "v1",
                Description = "Channel API v1 (/api/v1, line token) for machines; Workspace API (/api, ID token) for people.",
            };
            // Where the document was fetched from says nothing about where the API is.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [LineToken] = Bearer("A line API token: ezw_line_…"),
                [IdToken] = Bearer("A workspace ID token from /api/auth/login"),
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var path = "/" + context.Description.RelativePath;
            var open = path.TrimEnd('/') is "/api/about" or "/api/auth/refresh" or "/api/setup" or "/api/auth/browser-session"
                    or "/api/auth/browser-session/renewal"
                || path.StartsWith("/api/auth/log", StringComparison.Ordinal)
                || !path.StartsWith("/api/", StringComparison.Ordinal);
            var scheme = path.StartsWith("/api/v1/", StringComparison.Ordinal) ? LineToken : IdToken;
            if (!open)
                operation.Security = [new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] }];
            DescribeIds(operation, path);
            DescribeRefusals(operation, context.Document!);
            if (path == SendText)
                (operation.Parameters ??= []).Add(IdempotencyKey());
            return Task.CompletedTask;
        });
    });

    public static void MapApiDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json");
        // Everything the page needs comes from this server; the reference must not talk to anybody else.
        routes.MapScalarApiReference("/docs", options =>
        {
            options.Title = "EZWhatsApp API";
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.Agent = new ScalarAgentOptions { Disabled = true };
            options.Telemetry = false;
            options.DefaultFonts = false;
        });
    }

    /// <summary>Ids of the path that no parameter of the handler takes, because what they name is bound as a whole.</summary>
    private static void DescribeIds(OpenApiOperation operation, string path)
    {
        // The path is as routes write it: {lineId:guid}.
        foreach (var id in path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}').Split(':')[0]).Reverse())
        {
            if (operation.Parameters?.Any(parameter => parameter.Name == id) == true)
                continue;
            (operation.Parameters ??= []).Insert(0, new OpenApiParameter
            {
                Name = id, In = ParameterLocation.Path, Required = true,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" },
            });
        }
    }

    /// <summary>What a route refuses because of its shape: ids that name nothing, parameters and bodies that cannot be read.</summary>
    private static void DescribeRefusals(OpenApiOperation operation, OpenApiDocument document)
    {
        var hasIds = operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) == true;
        var hasQuery = operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Query) == true;
        var responses = operation.Responses ?? [];
        if (hasQuery || operation.RequestBody is not null)
            responses.TryAdd("400", Problem("Bad Request", document));
        if (hasIds)
            responses.TryAdd("404", Problem("Not Found", document));
        if (operation.RequestBody is not null)
        {
            responses.TryAdd("413", Problem("Payload Too Large", document));
            responses.TryAdd("415", Problem("Unsupported Media Type", document));
        }
        operation.Responses = [];
        foreach (var (status, response) in responses.OrderBy(response => response.Key, StringComparer.Ordinal))
            operation.Responses.Add(status, response);
    }

    private static OpenApiResponse Problem(string description, OpenApiDocument document) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("ProblemDetails", document) },
        },
    };

    private static OpenApiParameter IdempotencyKey() => new()
    {
        Name = "Idempotency-Key",
        In = ParameterLocation.Header,
        Description = "1 to 255 visible ASCII characters, bare or in double quotes. Wins over idempotencyKey in the body. Recommended.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiSecurityScheme Bearer(string description) =>
        new() { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = description };
}
