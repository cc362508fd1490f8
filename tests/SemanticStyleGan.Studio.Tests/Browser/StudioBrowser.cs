using Microsoft.Playwright;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Hosting;
using TorchSharp;

namespace SemanticStyleGan.Studio.Tests.Browser;

/// <summary>A studio of the bundled model and a headless Chromium, shared by all tests of the page; without them the tests skip and say why.</summary>
public sealed class StudioBrowser : IAsyncLifetime
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private SemanticModel? model;
    private StudioServer? server;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private string? missing;

    /// <summary>Where screenshots are left: <c>STUDIO_SCREENSHOTS</c>, or beside the tests.</summary>
    public static string Screenshots { get; } = Environment.GetEnvironmentVariable("STUDIO_SCREENSHOTS") ?? Path.Combine(AppContext.BaseDirectory, "screenshots");

    public Uri Address => server!.Page;

    public async ValueTask InitializeAsync()
    {
        string? program = Programs.FirstOrDefault(File.Exists);
        missing = program is null ? $"no Chromium is installed (looked for {string.Join(", ", Programs)})"
            : !ModelSource.Bundled.Contains(ModelSource.Default) ? "no bundled model is installed" : null;
        if (missing is not null) return;
        model = ModelSource.Open(null, torch.CPU);
        server = await StudioServer.StartAsync(model, new StudioOptions { Port = 0 });
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox"] });
    }

    /// <summary>A new page, as a visitor who has never been here sees it, with its first picture drawn.</summary>
    public async Task<StudioPage> Open(int width = 1440, int height = 900, bool dark = false, bool phone = false, string hash = "", StudioPage? sameVisitor = null)
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        IBrowserContext context = sameVisitor?.Page.Context ?? await browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            DeviceScaleFactor = phone ? 2 : 1,
            HasTouch = phone,
            IsMobile = phone,
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
        });
        StudioPage page = new(await context.NewPageAsync());
        await page.Page.GotoAsync(Address + hash);
        await page.Idle();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (server is not null) await server.DisposeAsync();
        model?.Dispose();
    }
}

/// <summary>Tests of the page run one after the other: they share two cores with a browser.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserTests : ICollectionFixture<StudioBrowser>
{
    public const string Name = "browser";
}
