using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Identity;
using Ezw.Lines;
using Ezw.Messaging.Attachments;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Messaging.Sending;

/// <summary>POST /api/lines/{lineId}/send: a person's reply, as JSON or as a form with one image.</summary>
internal static class WorkspaceSendApi
{
    public static async Task<Results<Accepted<MessageQueued>, ProblemHttpResult>> Send(
        Guid lineId, HttpContext http, Caller caller, LineAccess access, WorkspaceForms forms, SendAnswers answers, CancellationToken ct)
    {
        if (await access.FindAsync(caller, lineId, ct) is not { } line)
            return Problems.NotFound();
        if (!line.MayOperate)
            return MessageProblems.MayNotOperate();
        var origin = new SendOrigin(caller.OrganizationId, lineId, null, "workspace", "workspace", caller.UserId);
        if (http.Request.HasJsonContentType())
        {
            var input = await http.Request.ReadFromJsonAsync<WorkspaceSend>(ct);
            return input is null
                ? Problems.Invalid("$", "The body is empty.")
                : await AnswerAsync(http, origin, input, null, answers, ct);
        }
        if (!WorkspaceForms.IsForm(http.Request))
            return ProblemResponses.ForStatus(StatusCodes.Status415UnsupportedMediaType);
        return await forms.ReadAsync(caller.OrganizationId, http.Request, ct) switch
        {
            FormOutcome.Read read => await AnswerAsync(http, origin, read.Input, read.Image, answers, ct),
            FormOutcome.Refused refused => refused.Problem,
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private static Task<Results<Accepted<MessageQueued>, ProblemHttpResult>> AnswerAsync(
        HttpContext http, SendOrigin origin, WorkspaceSend input, OutgoingFile? image, SendAnswers answers, CancellationToken ct)
    {
        var (request, errors) = MessageReader.Read(input, image);
        return answers.AnswerAsync(http, origin, input.IdempotencyKey, request, errors, ct);
    }
}
