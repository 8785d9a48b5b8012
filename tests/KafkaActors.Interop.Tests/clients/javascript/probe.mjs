// probe.mjs PACKAGE: ends with 0 where the package is installed and this Node.js is one that it supports.
import { readFileSync } from 'node:fs'

const manifest = new URL(`node_modules/${process.argv[2]}/package.json`, import.meta.url)
const needed = JSON.parse(readFileSync(manifest)).engines.node.match(/\d+(\.\d+)*/)[0].split('.').map(Number)
const [major, minor] = process.versions.node.split('.').map(Number)
const isOld = major < needed[0] || (major === needed[0] && minor < (needed[1] ?? 0))
process.exit(isOld ? 1 : 0)
