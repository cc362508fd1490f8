using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Api;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary>The studio while it runs: the page at <c>/</c>, the API below <c>/api</c>, its description at <c>/openapi/v1.json</c>, <c>/health</c> and <c>/metrics</c>.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Workshop shop;

    private StudioServer(WebApplication app, Workshop shop) => (this.app, this.shop) = (app, shop);

    /// <summary>Where the page is, for a browser on this machine; with the token, where there is one.</summary>
    public Uri Page { get; private set; } = null!;

    /// <summary>Starts a studio.</summary>
    /// <param name="model">The model; the caller keeps owning it, and disposes of it after the studio.</param>
    /// <param name="options">Where it listens.</param>
    /// <param name="log">Takes notes of errors; none where null.</param>
    /// <exception cref="InputException">The options can't be used, or the port is taken.</exception>
    public static async Task<StudioServer> StartAsync(SemanticModel model, StudioOptions options, ILoggerProvider? log = null)
    {
        options.Validate();
        Workshop shop = new(model, options);
        StudioServer server = new(Build(shop, options, log), shop);
        try
        {
            await server.app.StartAsync();
        }
        catch (IOException e)
        {
            await server.DisposeAsync();
            throw new InputException($"port {options.Port} of {options.Address} can't be used: {e.Message.TrimEnd('.')}. Choose another one with --port.", e);
        }
        server.Page = server.FindPage(options);
        // The first synthesis takes a second for what is made ready once; nobody needs to wait for it.
        _ = shop.Queue.Run(() => shop.Renderer.Picture(Faces.FaceState.Of(new([]), model)), CancellationToken.None);
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await shop.DisposeAsync();
    }

    private static WebApplication Build(Workshop shop, StudioOptions options, ILoggerProvider? log)
    {
        // Empty: no settings files or environment variables change what a command line said.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Limits.RequestBytes;
            kestrel.Listen(options.Address, options.Port);
        });
        if (log is not null) builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // that starting fails is thrown too
        builder.Services.AddRouting();
        builder.Services.AddOpenApi(openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "SemanticStyleGAN studio";
            document.Info.Version = typeof(StudioServer).Assembly.GetName().Version!.ToString(3);
            return Task.CompletedTask;
        }));
        builder.Services.AddSingleton<Problems>();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            StrictJson.Configure(json.SerializerOptions);
            json.SerializerOptions.AllowOutOfOrderMetadataProperties = true;
        });
        builder.Services.AddRateLimiter(limiter => Limit(limiter, options.Limits));

        WebApplication app = builder.Build();
        app.Use((context, next) => app.Services.GetRequiredService<Problems>().Invoke(context, next));
        app.Use(new AccessGuard(options).Invoke);
        Monitoring monitoring = new(shop);
        app.Use(monitoring.Measure);
        PageFiles.Serve(app, new OfflineModel(shop.Renderer.Model, shop.Queue));
        app.UseRouting();
        app.UseRateLimiter();
        monitoring.Map(app);
        app.MapOpenApi();
        RouteGroupBuilder api = app.MapGroup("/api");
        FaceEndpoints.Map(api, shop);
        TaskEndpoints.Map(api, shop);
        PhotoEndpoints.Map(api, shop);
        api.RequireRateLimiting(nameof(StudioLimits));
        return app;
    }

    private static void Limit(Microsoft.AspNetCore.RateLimiting.RateLimiterOptions limiter, StudioLimits limits)
    {
        limiter.AddPolicy(nameof(StudioLimits), context => RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress ?? IPAddress.None, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = limits.Burst,
            TokensPerPeriod = Math.Max(1, limits.RequestsPerSecond / 10),
            ReplenishmentPeriod = TimeSpan.FromSeconds(0.1),
        }));
        limiter.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            await TypedResults.Problem($"more than {limits.RequestsPerSecond} requests a second; wait a moment.", statusCode: 429).ExecuteAsync(rejected.HttpContext);
        };
    }

    private Uri FindPage(StudioOptions options)
    {
        Uri listening = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        string host = options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : listening.Host;
        return new UriBuilder("http", host, listening.Port, "/") { Query = options.Token is { } token ? $"token={Uri.EscapeDataString(token)}" : "" }.Uri;
    }
}
