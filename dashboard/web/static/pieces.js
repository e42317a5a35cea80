// Runs the framework's pieces that a page is drawn with, named in this file's own address, and hands them over ready to
// be used: a piece the framework has to wait for is drawn as a grey placeholder first, and React then shows nothing new
// for three tenths of a second.
globalThis.pieces = {};
for (const [name, file] of new URL(import.meta.url).searchParams) {
  import(new URL(`../../static/js/${file}`, import.meta.url)).then((piece) => { globalThis.pieces[name] = { then: (use) => use(piece) }; });
}
