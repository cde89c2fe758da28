#!/bin/bash
# placeholder
exit 2
