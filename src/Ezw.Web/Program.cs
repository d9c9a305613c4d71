using Ezw.Client;
using Ezw.Web;
using Ezw.Web.Inbox;
using Ezw.Web.Lines;
using Ezw.Web.Lines.History;
using Ezw.Web.Live;
using Ezw.Web.Session;
using Ezw.Web.Shell;
using Ezw.Web.Words;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using MudBlazor;
using MudBlazor.Services;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
var services = builder.Services;
services.AddMudServices(mud =>
{
    mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
    mud.SnackbarConfiguration.PreventDuplicates = true;
    mud.SnackbarConfiguration.VisibleStateDuration = 5000;
});
services.AddSingleton(TimeProvider.System);
services.AddSingleton<Browser>();
services.AddSingleton<Preferences>();
services.AddSingleton<Text>();
services.AddSingleton<Times>();
var address = new Uri(builder.HostEnvironment.BaseAddress);
services.AddSingleton(provider => new SessionKeeper(
    provider.GetRequiredService<Browser>(), new WorkspaceClient(new HttpClient(new HttpClientHandler()) { BaseAddress = address }),
    provider.GetRequiredService<TimeProvider>()));
services.AddSingleton(provider => new WorkspaceClient(new HttpClient(
    new TokenHandler(provider.GetRequiredService<SessionKeeper>()) { InnerHandler = new HttpClientHandler() }) { BaseAddress = address }));
services.AddSingleton<LiveFeed>();
services.AddSingleton<Workspace>();
services.AddSingleton<Conversations>();
services.AddSingleton<Threads>();
services.AddSingleton<Drafts>();
services.AddSingleton<Attachments>();
services.AddSingleton<Viewers>();
services.AddSingleton<Shortcuts>();
services.AddScoped<Notices>();
services.AddScoped<LineActions>();
services.AddScoped<FileUpload>();
services.AddScoped<Questions>();

var host = builder.Build();
await host.Services.GetRequiredService<Preferences>().LoadAsync();
await host.RunAsync();
