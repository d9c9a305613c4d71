namespace Ezw.Client;

public sealed partial class WorkspaceClient
{
    public Task<Page<LineView>> LinesAsync(string? cursor = null, CancellationToken ct = default) =>
        GetAsync<Page<LineView>>(Query("/api/lines", ("cursor", cursor), ("limit", 100)), ct);

    public Task<LineView> LineAsync(Guid lineId, CancellationToken ct = default) => GetAsync<LineView>($"/api/lines/{lineId}", ct);

    public Task<LineView> CreateLineAsync(NewLine line, CancellationToken ct = default) => PostAsync<LineView>("/api/lines", line, ct);

    public Task<LineView> ChangeLineAsync(Guid lineId, LineChange change, CancellationToken ct = default) =>
        PatchAsync<LineView>($"/api/lines/{lineId}", change, ct);

    public Task ArchiveLineAsync(Guid lineId, CancellationToken ct = default) => DeleteAsync($"/api/lines/{lineId}", ct);

    public Task PauseLineAsync(Guid lineId, CancellationToken ct = default) =>
        PutAsync($"/api/lines/{lineId}/pause", null, ct);

    public Task ResumeLineAsync(Guid lineId, CancellationToken ct = default) =>
        DeleteAsync($"/api/lines/{lineId}/pause", ct);

    public Task StartLineAsync(Guid lineId, CancellationToken ct = default) =>
        PostAsync($"/api/lines/{lineId}/session", null, ct);

    public Task StopLineAsync(Guid lineId, CancellationToken ct = default) =>
        DeleteAsync($"/api/lines/{lineId}/session", ct);

    /// <summary>Logs the line out at WhatsApp.</summary>
    public Task UnlinkLineAsync(Guid lineId, CancellationToken ct = default) =>
        DeleteAsync($"/api/lines/{lineId}/link", ct);

    public Task BeginPairingAsync(Guid lineId, NewPairing pairing, CancellationToken ct = default) =>
        PostAsync($"/api/lines/{lineId}/pairing", pairing, ct);

    public Task<PairingView> PairingAsync(Guid lineId, CancellationToken ct = default) =>
        GetAsync<PairingView>($"/api/lines/{lineId}/pairing", ct);

    public Task CancelPairingAsync(Guid lineId, CancellationToken ct = default) => DeleteAsync($"/api/lines/{lineId}/pairing", ct);

    /// <summary>A phone of the simulator takes what is offered; 409 <c>pairing_not_offered</c> when that is over.</summary>
    public Task UseSimulatedPhoneAsync(Guid lineId, SimulatedPhone phone, CancellationToken ct = default) =>
        PostAsync($"/api/lines/{lineId}/pairing/simulated-phone", phone, ct);

    /// <summary>With what lines can be made.</summary>
    public Task<Page<ProviderView>> ProvidersAsync(CancellationToken ct = default) => GetAsync<Page<ProviderView>>("/api/providers", ct);

    public Task<LineTokenCreated> CreateLineTokenAsync(Guid lineId, NewLineToken token, CancellationToken ct = default) =>
        PostAsync<LineTokenCreated>($"/api/lines/{lineId}/api-token", token, ct);

    public Task<Page<LineTokenView>> LineTokensAsync(Guid lineId, CancellationToken ct = default) =>
        GetAsync<Page<LineTokenView>>($"/api/lines/{lineId}/api-tokens", ct);

    public Task<Page<LinePermissionView>> LinePermissionsAsync(Guid lineId, CancellationToken ct = default) =>
        GetAsync<Page<LinePermissionView>>($"/api/lines/{lineId}/permissions", ct);

    public Task PermitAsync(Guid lineId, Guid userId, LinePermissionChange change, CancellationToken ct = default) =>
        PutAsync($"/api/lines/{lineId}/permissions/{userId}", change, ct);

    public Task ForbidAsync(Guid lineId, Guid userId, CancellationToken ct = default) =>
        DeleteAsync($"/api/lines/{lineId}/permissions/{userId}", ct);
}
