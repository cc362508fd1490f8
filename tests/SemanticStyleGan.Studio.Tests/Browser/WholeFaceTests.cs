using Microsoft.Playwright;

namespace SemanticStyleGan.Studio.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class WholeFaceTests(StudioBrowser browser)
{
    [Fact]
    public async Task A_seed_names_a_face_and_variety_reaches_from_the_average_to_all()
    {
        await using StudioPage page = await browser.Open();
        await page.Tab("Face");
        await page.Page.GetByLabel("Seed").FillAsync("17");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Idle();
        string seventeen = await page.Image();
        await page.Page.Locator("#page-face").GetByLabel("Variety").FillAsync("0");
        await page.Idle();
        string average = await page.Image();
        Assert.NotEqual(seventeen, average);
        await page.Page.Locator("#page-face").GetByLabel("Variety").FillAsync("0.7");
        await page.Idle();
        Assert.Equal(seventeen, await page.Image());
        await page.Screenshot("face");
    }

    [Fact]
    public async Task Holding_compare_shows_the_face_before_its_edits()
    {
        await using StudioPage page = await browser.Open();
        await page.Page.GetByLabel("Outline").UncheckAsync();
        double before = await page.CanvasSum();
        await page.Click("New shape");
        await page.Click("New texture");
        double after = await page.CanvasSum();
        LocatorBoundingBoxResult button = (await page.Page.Locator("#compare").BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(button.X + 10, button.Y + 10);
        await page.Page.Mouse.DownAsync();
        await Until(async () => await page.CanvasSum() == before, "the face before is not shown");
        await page.Page.Mouse.UpAsync();
        Assert.Equal(after, await page.CanvasSum());
        await page.Canvas.FocusAsync();
        await page.Page.Keyboard.DownAsync("b");
        await Until(async () => await page.CanvasSum() == before, "the face before is not shown");
        await page.Page.Keyboard.UpAsync("b");
        Assert.Equal(after, await page.CanvasSum());
    }

    [Fact]
    public async Task The_face_its_history_and_the_kept_faces_survive_a_reload()
    {
        await using StudioPage page = await browser.Open();
        await page.Click("New shape");
        await page.Click("Keep");
        await page.Click("New texture");
        string image = await page.Image();
        await page.Page.WaitForTimeoutAsync(400);
        await page.Page.ReloadAsync();
        await page.Idle();
        Assert.Equal(image, await page.Image());
        await Assertions.Expect(page.Page.Locator(".kept")).ToHaveCountAsync(1);
        await page.Click("Undo");
        await page.Click("Undo");
        Assert.Equal("face", await page.Edits());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Open Face 1", Exact = true }).ClickAsync();
        await page.Idle();
        Assert.Equal("face resample", await page.Edits());
        await page.Click("Undo");
        Assert.Equal("face", await page.Edits());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Face 1" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".kept")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_link_shows_another_visitor_the_same_face()
    {
        await using StudioPage page = await browser.Open();
        await page.Click("New face");
        await page.Click("New shape");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Share" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Copy link" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".toast")).ToContainTextAsync("link");
        string hash = await page.Page.EvaluateAsync<string>("location.hash");
        Assert.StartsWith("#face=", hash);
        await using StudioPage other = await browser.Open(hash: hash);
        Assert.Equal(await page.Image(), await other.Image());
        Assert.Equal("face resample", await other.Edits());
    }

    [Fact]
    public async Task Picture_mask_latents_and_project_are_downloaded_and_the_project_restores_everything()
    {
        await using StudioPage page = await browser.Open();
        await page.Click("New shape");
        await page.Click("Keep");
        string image = await page.Image();
        byte[] png = await File.ReadAllBytesAsync(await Download(page, "Picture (PNG)"));
        Assert.Equal(Convert.FromBase64String(image), png);
        foreach (string item in new[] { "Mask in colours (PNG)", "Mask as classes (PNG)", "Latents (NumPy)" }) Assert.True(new FileInfo(await Download(page, item)).Length > 100, item);
        string project = await Download(page, "Save project");

        await using StudioPage other = await browser.Open();
        await Open(other, project);
        await Until(async () => await other.Edits() != "face", "the project's edits do not appear"); // the page reads the file in its own time
        await other.Idle();
        Assert.Equal(image, await other.Image());
        await Assertions.Expect(other.Page.Locator(".kept")).ToHaveCountAsync(1);
        await other.Click("Undo");
        Assert.Equal("face", await other.Edits());

        string broken = Path.Combine(Path.GetDirectoryName(project)!, "broken.json");
        await File.WriteAllTextAsync(broken, "{\"format\":\"something\"}");
        await Open(other, broken);
        await Assertions.Expect(other.Page.Locator(".toast.bad")).ToContainTextAsync("no project");
        File.Delete(broken);
    }

    [Fact]
    public async Task A_walk_between_kept_faces_is_played_and_downloaded()
    {
        await using StudioPage page = await browser.Open();
        await page.Click("Keep");
        await page.Click("New face");
        await page.Click("Keep");
        await page.Tab("Walk");
        foreach (int face in new[] { 1, 2 }) await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Walk through Face {face}" }).ClickAsync();
        await page.Page.GetByLabel("Frames", new() { Exact = true }).FillAsync("12");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Play" }).ClickAsync();
        double first = await WalkSum(page);
        await Until(async () => await WalkSum(page) != first, "the walk does not move");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Progressbar)).ToBeHiddenAsync();
        await page.Screenshot("walk");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        IDownload file = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Button, new() { Name = "Animated WebP" }).ClickAsync());
        Assert.Equal("RIFF"u8.ToArray(), (await File.ReadAllBytesAsync(await file.PathAsync()))[..4]);
    }

    [Fact]
    public async Task A_painted_mask_is_followed_by_the_face_and_can_be_undone()
    {
        await using StudioPage page = await browser.Open();
        await page.Tab("Paint");
        string before = await page.Image();
        (_, _, double hair) = await page.Middle("hair");
        LocatorBoundingBoxResult box = (await page.Canvas.BoundingBoxAsync())!;
        await page.Page.Locator("#page-paint").GetByLabel("Brush").FillAsync("8");
        foreach (float x in new[] { 0.2f, 0.8f })
        {
            await page.Page.Mouse.MoveAsync(box.X + x * box.Width, box.Y + 0.3f * box.Height);
            await page.Page.Mouse.DownAsync();
            await page.Page.Mouse.MoveAsync(box.X + x * box.Width, box.Y + 0.75f * box.Height, new() { Steps = 10 });
            await page.Page.Mouse.UpAsync();
        }
        await page.Screenshot("paint");
        await page.Page.Locator("#page-paint").GetByLabel("Effort").FillAsync("30");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Let the face follow" }).ClickAsync();
        await page.Page.WaitForFunctionAsync("() => studio.store.edits.at(-1).kind === 'codes'", null, new() { Timeout = 120_000 });
        await page.Idle();
        Assert.NotEqual(before, await page.Image());
        (_, _, double painted) = await page.Middle("hair");
        Assert.True(painted > hair, $"{hair} pixels of hair became {painted}");
        await page.Screenshot("painted");
        await page.Click("Undo");
        Assert.Equal(before, await page.Image());
    }

    [Fact]
    public async Task A_picture_of_ones_own_becomes_a_face_that_is_edited_like_any_other()
    {
        await using StudioPage page = await browser.Open();
        byte[] picture = Convert.FromBase64String(await page.Page.EvaluateAsync<string>("async () => (await (await fetch('api/generate?seed=41&truncation=0.9')).json())[0].picture.image"));
        await page.Tab("Face");
        await page.Page.Locator("#page-face").GetByLabel("Refinement").FillAsync("40");
        await page.Page.GetByLabel("Picture to edit").SetInputFilesAsync(new FilePayload { Name = "../me.png", MimeType = "image/png", Buffer = picture });
        await page.Page.WaitForFunctionAsync("() => studio.store.edits.at(-1).kind === 'codes'", null, new() { Timeout = 120_000 });
        await Assertions.Expect(page.Page.GetByText("PSNR")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await page.Idle();
        await page.Screenshot("photo");
        string found = await page.Image();
        // Without an encoder a colour may be made by any part; the face is always seen.
        await page.Tab("Part");
        await page.Choose("face");
        await page.Click("New texture");
        Assert.NotEqual(found, await page.Image());
        await page.Click("Undo");
        Assert.Equal(found, await page.Image());
        await page.Click("Undo");
        Assert.Equal("face", await page.Edits());

        await page.Tab("Face");
        await page.Page.Locator("#page-face").GetByLabel("Refinement").FillAsync("600");
        await page.Page.GetByLabel("Picture to edit").SetInputFilesAsync(new FilePayload { Name = "me.png", MimeType = "image/png", Buffer = picture });
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByText("Cancelled.")).ToBeVisibleAsync();
    }

    private static Task<double> WalkSum(StudioPage page) => page.Page.EvaluateAsync<double>("""
        () => { const c = document.querySelector('.walk-view'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; return d.reduce((s, v) => (s * 31 + v) % 1e9, 0); }
        """);

    private static async Task<string> Download(StudioPage page, string item)
    {
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Share" }).ClickAsync();
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Menuitem, new() { Name = item }).ClickAsync());
        return (await download.PathAsync())!;
    }

    private static async Task Open(StudioPage page, string project)
    {
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Share" }).ClickAsync();
        IFileChooser chooser = await page.Page.RunAndWaitForFileChooserAsync(() => page.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Open project …" }).ClickAsync());
        await chooser.SetFilesAsync(project);
    }

    private static async Task Until(Func<Task<bool>> holds, string otherwise)
    {
        for (int wait = 0; !await holds(); wait++)
        {
            Assert.True(wait < 200, otherwise);
            await Task.Delay(50);
        }
    }
}
