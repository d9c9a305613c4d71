namespace Ezw.Client;

public sealed partial class WorkspaceClient
{
    /// <summary>Where the exported file is posted as the body, up to 1 GiB: whoever does that must not hold it in memory.</summary>
    /// <param name="me">The own name in the file, unless the file tells.</param>
    /// <param name="phoneNumber">Of the other side, unless the file tells.</param>
    /// <param name="timeZone">IANA name of where the phone was.</param>
    /// <param name="dateOrder">day_first, month_first, or null: as the file shows.</param>
    public static string HistoryUploadPath(
        Guid lineId, string fileName, string? me, string? phoneNumber, string? timeZone, string? dateOrder) => Query(
        $"/api/lines/{lineId}/history-imports", ("fileName", fileName), ("me", me), ("phoneNumber", phoneNumber), ("timeZone", timeZone),
        ("dateOrder", dateOrder));

    /// <summary>Newest first.</summary>
    public Task<Page<HistoryImportView>> HistoryImportsAsync(Guid lineId, string? cursor = null, CancellationToken ct = default) =>
        GetAsync<Page<HistoryImportView>>(Query($"/api/lines/{lineId}/history-imports", ("cursor", cursor)), ct);

    public Task CancelHistoryImportAsync(Guid lineId, Guid id, CancellationToken ct = default) =>
        DeleteAsync($"/api/lines/{lineId}/history-imports/{id}", ct);
}
