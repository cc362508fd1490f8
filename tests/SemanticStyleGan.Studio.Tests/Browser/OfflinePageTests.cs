using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Playwright;
using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Hosting;
using SemanticStyleGan.Tests.Editing;
using SemanticStyleGan.Tests.Networks;

namespace SemanticStyleGan.Studio.Tests.Browser;

/// <summary>The page that computes the model by itself.</summary>
[Collection(BrowserTests.Name)]
public sealed class OfflinePageTests(StudioBrowser browser)
{
    [Fact]
    public async Task It_draws_the_studios_faces_and_changes_parts_without_any_server()
    {
        await using StudioPage page = await browser.Open();
        List<string> requests = [];
        page.Page.Request += (_, request) => requests.Add(request.Url);
        await page.Tab("Face");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Faces in the browser alone" }).ClickAsync();
        int[] face = await Drawn(page.Page, 1);

        using HttpClient client = new() { BaseAddress = browser.Address };
        RgbImage expected = ImageFiles.Decode(await Answer(client), "the answer", 1 << 20);
        // The weights were rounded to float16 once more.
        Assert.InRange(expected.Pixels.Zip(face, (a, b) => Math.Abs(a - b)).Average(), 0, 0.5);
        Assert.True(expected.Pixels.Distinct().Count() > 100);
        Assert.All(requests, request => Assert.StartsWith(browser.Address.AbsoluteUri, request));

        int asked = requests.Count;
        await page.Page.Context.SetOfflineAsync(true);
        int[] mask = await Pixels(page.Page, "mask");
        (double clothes, double others) = Change(mask, face, await After(page.Page, 2, "New texture of cloth"), await Color(page.Page, "cloth"));
        Assert.True(clothes > 4 * others + 1, $"new clothes change their pixels by {clothes:0.0} and others by {others:0.0}");
        await page.Page.GetByLabel("hair", new() { Exact = true }).UncheckAsync();
        await Drawn(page.Page, 3);
        Assert.DoesNotContain(await Color(page.Page, "hair"), Colors(await Pixels(page.Page, "mask")));
        await page.Page.GetByLabel("Seed").FillAsync("12");
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.NotEqual(face, await Drawn(page.Page, 4));
        await page.Page.GetByLabel("hair", new() { Exact = true }).CheckAsync();
        await Drawn(page.Page, 5);
        await page.Screenshot("offline");
        Assert.Equal(asked, requests.Count);

        AxeResult result = await page.Page.RunAxe();
        Assert.DoesNotContain(result.Violations, v => v.Impact is "serious" or "critical");
    }

    [Theory, InlineData(GeneratorArchitecture.LocalGenerators), InlineData(GeneratorArchitecture.MaskStyle)]
    public async Task An_exported_folder_works_on_any_web_server(GeneratorArchitecture architecture)
    {
        await using StudioPage page = await browser.Open(390, 844, phone: true);
        string folder = Directory.CreateTempSubdirectory("semantic-stylegan-test-").FullName;
        using TinyModel tiny = new();
        using MaskStyleModel maskStyle = new();
        OfflinePage.Write(architecture == GeneratorArchitecture.MaskStyle ? maskStyle.Model : tiny.Model, folder);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using WebApplication server = builder.Build();
        using PhysicalFileProvider files = new(folder);
        server.UseFileServer(new FileServerOptions { FileProvider = files, StaticFileOptions = { ServeUnknownFileTypes = true } });
        await server.StartAsync();
        await page.Page.GotoAsync(server.Urls.First());
        int[] first = await Drawn(page.Page, 1);
        Assert.NotEqual(first, await After(page.Page, 2, "New shape of hair"));
        Assert.Equal(TinyModel.Layout.Count, await page.Page.GetByRole(AriaRole.Checkbox).CountAsync());
        Assert.True(Colors(await Pixels(page.Page, "mask")).Distinct().Count() > 1);
        await Assertions.Expect(page.Page.Locator("#studio")).ToBeHiddenAsync();
        await page.Screenshot("offline-phone");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<byte[]> Answer(HttpClient client)
    {
        using StringContent body = new("""{"edits":[{"kind":"face","seed":3,"truncation":0.7}]}""", System.Text.Encoding.UTF8, "application/json");
        HttpResponseMessage answer = await client.PostAsync("/api/edit?format=png", body);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    private static async Task<int[]> After(IPage page, int drawn, string button)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        return await Drawn(page, drawn);
    }

    // The picture's red, green and blue values once it has been drawn that often.
    private static async Task<int[]> Drawn(IPage page, int times)
    {
        try
        {
            await page.WaitForFunctionAsync("times => document.body.dataset.drawn === String(times)", times, new() { Timeout = 20_000 });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"picture {times} is not drawn: {await page.Locator("#status").InnerTextAsync()}");
        }
        return await Pixels(page, "image");
    }

    private static Task<int[]> Pixels(IPage page, string canvas) => page.EvaluateAsync<int[]>(
        "id => { const c = document.getElementById(id); return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, at) => at % 4 < 3); }", canvas);

    private static int[] Colors(int[] pixels) => [.. pixels.Chunk(3).Select(p => p[0] << 16 | p[1] << 8 | p[2])];

    private static Task<int> Color(IPage page, string part) => page.EvaluateAsync<int>(
        "name => { const [r, g, b] = [...document.querySelectorAll('#parts li')].find(li => li.innerText.trim().toLowerCase().startsWith(name)).querySelector('.swatch').style.background.match(/\\d+/g).map(Number); return r << 16 | g << 8 | b; }", part);

    // How much the pixels of a part, and all others, differ on average.
    private static (double Part, double Others) Change(int[] mask, int[] before, int[] after, int color)
    {
        ILookup<bool, double> changes = Colors(mask).Zip(before.Zip(after, (a, b) => Math.Abs(a - b)).Chunk(3), (c, d) => (IsPart: c == color, Change: d.Average())).ToLookup(p => p.IsPart, p => p.Change);
        return (changes[true].Average(), changes[false].Average());
    }
}
